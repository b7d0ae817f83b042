using FireAndForget.Tests.Exploring;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>Messages that a scenario sends, and what came of them.</summary>
internal sealed class Received
{
    private readonly List<(uint Sender, int Number)> _messages = [];

    public int Count => _messages.Count;

    /// <summary>A message of some bytes that says whose and which it is, in each of them.</summary>
    public static byte[] Message(uint sender, int number)
    {
        byte[] message = new byte[1 + (7 * number)];
        message.AsSpan().Fill((byte)((sender * 16) + (uint)number));
        return message;
    }

    public void Add(uint sender, ReadOnlySpan<byte> message)
    {
        int number = message.Length == 0 ? -1 : message[0] % 16;
        byte[] expected = Message(sender, Math.Max(number, 0));
        if (!message.SequenceEqual(expected))
        {
            string came = Convert.ToHexString(message);
            Expect.True(false, () => $"From {sender} came {came}, damaged.");
        }

        _messages.Add((sender, number));
    }

    public IEnumerable<int> Of(uint sender) => _messages.Where(m => m.Sender == sender).Select(m => m.Number);
}
