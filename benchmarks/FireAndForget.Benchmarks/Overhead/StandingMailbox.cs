// A mailbox that always holds the same messages, already where the courier reads them: what is measured on it is the way into
// the guest alone.

using FireAndForget.Mailboxes;
using FireAndForget.Messages;

namespace FireAndForget.Benchmarks.Overhead;

internal sealed class StandingMailbox(byte[] message, int messages) : Mailbox
{
    private bool _isFilled;

    public override long Accepted => messages;

    public override int Count => messages;

    public override long ByteCount => (long)messages * message.Length;

    public override int LargestMessage => message.Length;

    public override bool IsClosed => false;

    public override bool HasNext => true;

    public override bool IsQuiet => false;

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message) => SendStatus.QueueFull;

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message, out long number) =>
        throw new NotSupportedException();

    public override bool TryCloseEmpty() => throw new NotSupportedException();

    public override void Close() { }

    public override int MarkSenders(Span<bool> senders, List<uint>? contexts = null) => 0;

    public override int CopyRun(Span<MessageSlot> slots, Span<byte> bytes, out uint start)
    {
        start = 0;
        if (message.Length > LargestInBatch)
        {
            return 0;
        }

        uint rounded = ((uint)message.Length + 7) & ~7u;
        int count = Math.Min(messages, bytes.Length / (int)rounded);
        if (!_isFilled)
        {
            // The courier writes nothing but its answers, and reads those of nobody: once is enough.
            for (int i = 0; i < count; i++)
            {
                slots[i] = new() { Length = (uint)message.Length, End = (uint)(i + 1) * rounded };
                message.CopyTo(bytes[(int)(i * rounded)..]);
            }

            _isFilled = true;
        }

        return count;
    }

    public override bool TryPeek(int index, out uint sender, out ReadOnlySpan<byte> next)
    {
        sender = 0;
        next = message;
        return true;
    }

    public override long NumberOf(int index) => index + 1;

    public override int CountUpTo(long number, int most) => throw new NotSupportedException();

    public override void Release(int count) { }

    public override void Dispose() { }
}
