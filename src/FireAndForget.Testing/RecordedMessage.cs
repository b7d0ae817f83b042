using System.Text;

namespace FireAndForget.Testing;

/// <summary>A message that a <see cref="RecordingEndpoint"/> got.</summary>
public sealed class RecordedMessage
{
    internal RecordedMessage(ReceivedMessage message)
    {
        Sender = message.Sender;
        Topic = message.Topic;
        Number = message.Number;
        Bytes = message.Bytes.ToArray();
    }

    /// <summary>The id of its sender.</summary>
    public string Sender { get; }

    /// <summary>The topic under which it was published; null: it was sent to the endpoint itself.</summary>
    public string? Topic { get; }

    /// <summary>Its number, 1 or more, the same as in its dead letter; it grows from message to message of the endpoint.</summary>
    public long Number { get; }

    /// <summary>Its bytes, a copy that stays.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Its bytes as UTF-8; what is none is U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>Sender, topic where it has one, and bytes in one line: text in quotes, other bytes as hexadecimal digits, long ones cut.</summary>
    public override string ToString() =>
        $"from {Sender}{(Topic is null ? "" : $" under {Topic}")}: {MessageText.Of(Bytes.Span)}";
}
