using System.Text;

namespace FireAndForget.Messages;

/// <summary>The name of a topic, which has the form of an id, as text and as the bytes that a guest gets.</summary>
internal sealed class TopicName(string text)
{
    public string Text => text;

    /// <summary>The name in UTF-8, which is ASCII.</summary>
    public byte[] Bytes { get; } = Encoding.ASCII.GetBytes(text);
}
