using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>A mailbox whose memory goes with the test.</summary>
internal sealed class TestRing(int messages, int bytes) : IDisposable
{
    /// <summary>The least sizes of the rings, which are those of all mailboxes in these tests.</summary>
    public const int SizeInSlots = 64 * 1024;
    public const int SizeInBytes = 4 * 1024 * 1024;

    private readonly int _bytes = bytes;
    private int _slot;
    private long _position;

    public RingMailbox Ring { get; } = new(new() { Messages = messages, Bytes = bytes });

    /// <summary>Moves the positions on to this slot and at least this byte of the rings, with messages that come and go.</summary>
    public void MoveTo(int slot, int position)
    {
        // Steps that fit, a multiple of 8 each; none for the bytes where the mailbox is too small to get there soon.
        int largest = Math.Min(_bytes & ~7, 1 << 20);
        while (_position % SizeInBytes < position && largest >= 8)
        {
            int step = (int)Math.Min(largest, (position - (_position % SizeInBytes) + 7) & ~7);
            Pass(step);
        }

        while (_slot % SizeInSlots < slot)
        {
            Pass(0);
        }
    }

    public void Dispose()
    {
        Ring.Close();
        MailboxReader.TakeAll(Ring);
        Ring.Dispose();
    }

    private void Pass(int length)
    {
        Assert.Equal(SendStatus.Accepted, Ring.TryEnqueue(0, new byte[length]));
        Ring.Release(1);
        _slot++;
        _position += length;
    }
}
