using System.Text;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>Compares ids with the bytes in which guests name them. Ids are ASCII.</summary>
internal sealed class IdComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    public static readonly IdComparer Instance = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public bool Equals(ReadOnlySpan<byte> alternate, string other) => Ascii.Equals(alternate, other);

    public int GetHashCode(string id)
    {
        Span<byte> bytes = stackalloc byte[MessageId.MaxLength];
        // Text that is no id is never in the dictionary, so with any hash it is not found.
        return
            id.Length <= bytes.Length
            && Ascii.FromUtf16(id, bytes, out int count) == System.Buffers.OperationStatus.Done
            ? GetHashCode(bytes[..count])
            : 0;
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        HashCode hash = new();
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.ASCII.GetString(alternate);
}
