using System.Text;

namespace FireAndForget.Guests;

/// <summary>What a handler answers a request with: bytes, or a rejection in words. Default: an answer without bytes.</summary>
public readonly struct Answer
{
    private Answer(ReadOnlyMemory<byte> bytes, string? rejection)
    {
        Bytes = bytes;
        Rejection = rejection;
    }

    /// <summary>The answer's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Why the request is rejected; null: it is answered.</summary>
    public string? Rejection { get; }

    /// <summary>An answer.</summary>
    /// <param name="bytes">Its bytes, at most as many as who asks accepts in a message; with more the request is rejected.</param>
    public static Answer Of(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>An answer in text.</summary>
    /// <param name="text">The text, which is sent in UTF-8.</param>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    public static Answer Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(Encoding.UTF8.GetBytes(text), null);
    }

    /// <summary>A rejection: the request's outcome is rejected.</summary>
    /// <param name="reason">Why; its first 1,024 bytes in UTF-8 are kept for the reply and the dead letter.</param>
    /// <exception cref="ArgumentNullException">The reason is null.</exception>
    public static Answer Reject(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new(default, reason);
    }
}
