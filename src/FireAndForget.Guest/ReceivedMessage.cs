using System.Text;

namespace FireAndForget.Guests;

/// <summary>A message, or a request, as a handler gets it. It is the guest's own and may be kept.</summary>
public sealed class ReceivedMessage
{
    internal ReceivedMessage(string sender, byte[] bytes, string? topic)
    {
        Sender = sender;
        Bytes = bytes;
        Topic = topic;
    }

    /// <summary>The id of who sent it; given by the host, never by the sender.</summary>
    public string Sender { get; }

    /// <summary>The message's bytes, codec prefix included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The topic under which it was published; null for what was sent to this guest itself.</summary>
    public string? Topic { get; }

    /// <summary>The message as UTF-8 text, with U+FFFD in place of what is no UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}
