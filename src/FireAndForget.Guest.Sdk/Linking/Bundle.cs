using System.Buffers.Binary;
using System.Text;

namespace FireAndForget.Guest.Sdk.Linking;

/// <summary>
/// A guest's assemblies as they lie in its memory: a table, whose layout is <c>struct bundle</c> of native/guest.c, and behind it their
/// names and bytes.
/// </summary>
internal static class Bundle
{
    /// <summary>What the bundle and each assembly lie at multiples of.</summary>
    public const int Alignment = 16;

    private const int HeaderSize = 8;
    private const int EntrySize = 12;

    /// <summary>The bytes of a bundle.</summary>
    /// <param name="assemblies">Name and bytes of each, the guest's own first.</param>
    /// <param name="address">Where it will lie.</param>
    public static byte[] Write(IReadOnlyList<(string Name, byte[] Bytes)> assemblies, int address)
    {
        int end = HeaderSize + (EntrySize * assemblies.Count);
        int[] names = [.. assemblies.Select(assembly => Take(Encoding.UTF8.GetByteCount(assembly.Name) + 1, 1))];
        int[] contents = [.. assemblies.Select(assembly => Take(assembly.Bytes.Length, Alignment))];
        byte[] bundle = new byte[end];
        Put(0, address + end);
        Put(4, assemblies.Count);
        for (int i = 0; i < assemblies.Count; i++)
        {
            (string name, byte[] bytes) = assemblies[i];
            int entry = HeaderSize + (EntrySize * i);
            Put(entry, address + names[i]);
            Put(entry + 4, address + contents[i]);
            Put(entry + 8, bytes.Length);
            Encoding.UTF8.GetBytes(name, bundle.AsSpan(names[i]));
            bytes.CopyTo(bundle, contents[i]);
        }

        return bundle;

        int Take(int length, int alignment)
        {
            int start = (end + alignment - 1) / alignment * alignment;
            end = start + length;
            return start;
        }

        void Put(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bundle.AsSpan(at), value);
    }
}
