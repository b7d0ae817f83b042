using System.Text;

namespace FireAndForget.Testing;

/// <summary>A message that a <see cref="RecordingEndpoint"/> got.</summary>
public sealed class RecordedMessage
{
    internal RecordedMessage(string sender, byte[] bytes)
    {
        Sender = sender;
        Bytes = bytes;
    }

    /// <summary>The id of its sender.</summary>
    public string Sender { get; }

    /// <summary>Its bytes, a copy that stays.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Its bytes as UTF-8; what is none is U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Sender and bytes in one line: text in quotes, other bytes as hexadecimal digits, long ones cut.</summary>
    public override string ToString() => $"from {Sender}: {MessageText.Of(Bytes.Span)}";
}
