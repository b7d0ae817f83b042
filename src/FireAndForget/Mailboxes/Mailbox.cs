using FireAndForget.Buffers;
using FireAndForget.Messages;

namespace FireAndForget.Mailboxes;

/// <summary>
/// A receiver's queue: any thread sends, one at a time reads. It owns the messages that wait; it gets them from the send path
/// and gives them, in the order in which they were accepted, to the worker that delivers.
/// </summary>
internal abstract class Mailbox : IDisposable
{
    /// <summary>
    /// Longer messages, in bytes, are not copied with a batch: the host hands each to the guest straight out of the mailbox,
    /// which saves one of three copies.
    /// </summary>
    public const int LargestInBatch = 32 * 1024;

    private int _waiting;
    private TaskCompletionSource? _room;

    /// <summary>How many messages this mailbox has accepted, ever.</summary>
    public abstract long Accepted { get; }

    /// <summary>How many messages it holds, counted here and not from what was accepted and settled.</summary>
    public abstract int Count { get; }

    /// <summary>The bytes that wait here.</summary>
    public abstract long ByteCount { get; }

    /// <summary>The largest message that it could ever take.</summary>
    public abstract int LargestMessage { get; }

    public abstract bool IsClosed { get; }

    /// <summary>Whether it is open and empty: its reader has nothing to do.</summary>
    public abstract bool IsQuiet { get; }

    /// <summary>
    /// Accepts the message, or answers <see cref="SendStatus.QueueFull"/> or <see cref="SendStatus.Closed"/>. Ends with a full
    /// fence: a sender that reads the receiver's state afterwards knows that the reader can see the message.
    /// </summary>
    public abstract SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message);

    /// <summary>
    /// Accepts a message longer than <see cref="LargestInBatch"/> that several mailboxes get; it may refer to the bytes instead of
    /// copying them.
    /// </summary>
    public virtual SendStatus TryEnqueue(uint sender, SharedBytes message) => TryEnqueue(sender, message.Span);

    /// <summary>
    /// Accepts the message and gives its number, which is the one that <see cref="NumberOf"/> will give. A caller needs it who
    /// reports to another host what becomes of the message.
    /// </summary>
    public abstract SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message, out long number);

    /// <summary>Accepts nothing from now on. What was accepted before stays until it is read.</summary>
    public abstract void Close();

    /// <summary>Closes the mailbox only where it holds no message and none is on its way into it. For the reader.</summary>
    /// <returns>Whether it is closed.</returns>
    public abstract bool TryCloseEmpty();

    /// <summary>Whether a message is there to be read. For the reader.</summary>
    public abstract bool HasNext { get; }

    /// <summary>
    /// Copies the next messages: their slots, and their bytes one behind the other, each at a multiple of 8. Stops at the end
    /// of either span and before a message longer than <see cref="LargestInBatch"/>. For the reader.
    /// </summary>
    /// <param name="slots">Takes the slots.</param>
    /// <param name="bytes">Takes the bytes.</param>
    /// <param name="start">The byte position of the first one: a message's offset in <paramref name="bytes"/> is its own less this.</param>
    /// <returns>How many were copied. They stay here until they are released.</returns>
    public abstract int CopyRun(Span<MessageSlot> slots, Span<byte> bytes, out uint start);

    /// <summary>The message <paramref name="index"/> places behind the first one; valid until it is released. For the reader.</summary>
    public abstract bool TryPeek(int index, out uint sender, out ReadOnlySpan<byte> message);

    /// <summary>
    /// Reads the message in one or two pieces, for a reader that need not have them together; <paramref name="rest"/> is empty
    /// where the message lies in one piece. For the reader.
    /// </summary>
    public virtual bool TryPeek(int index, out uint sender, out ReadOnlySpan<byte> message, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        return TryPeek(index, out sender, out message);
    }

    /// <summary>The sender and length of the first message, without reading its bytes. For the reader.</summary>
    public bool TryLook(out uint sender, out int length) => TryLook(0, out sender, out length);

    /// <summary>
    /// The sender and length of the message <paramref name="index"/> places behind the first one. For the reader.
    /// </summary>
    public virtual bool TryLook(int index, out uint sender, out int length)
    {
        bool found = TryPeek(index, out sender, out ReadOnlySpan<byte> message, out ReadOnlySpan<byte> rest);
        length = message.Length + rest.Length;
        return found;
    }

    /// <summary>
    /// The number of the message <paramref name="index"/> places behind the first one: how many were accepted up to it, itself
    /// included. For the reader, before the message is released.
    /// </summary>
    public abstract long NumberOf(int index);

    /// <summary>
    /// How many of the waiting messages have a number up to the given one, which was given to a message already. For the reader.
    /// </summary>
    /// <param name="number">The number.</param>
    /// <param name="most">The most that are counted: the reader takes no more at a time, however many wait.</param>
    public abstract int CountUpTo(long number, int most);

    /// <summary>Forgets the first <paramref name="count"/> messages and gives their room free. For the reader.</summary>
    public abstract void Release(int count);

    /// <summary>
    /// Marks the senders of all messages that were accepted before and are not released, perhaps of others too. Any thread; not fast.
    /// </summary>
    /// <param name="senders">By their numbers, whether with a topic or not; a number beyond its end is left out.</param>
    /// <param name="contexts">
    /// The origins of messages with a context are added to it, whose senders those contexts know; null: they are left out.
    /// </param>
    /// <returns>How many messages were looked at.</returns>
    public abstract int MarkSenders(Span<bool> senders, List<uint>? contexts = null);

    /// <summary>
    /// Starts over at the beginning of its memory where it is empty and has moved far from there, so that a mailbox that is
    /// seldom used stays on its first pages. For the reader, when it has nothing to do.
    /// </summary>
    public virtual void Rewind() { }

    /// <summary>
    /// Keeps the memory of what is released from now on from being used again, because a handler may still read it: the garbage
    /// collector frees the memory. It is called before <see cref="Release"/>, and instead of <see cref="Dispose"/>.
    /// </summary>
    public virtual void KeepMemory() { }

    /// <summary>Prefetches the cache lines of the next message. For the reader, or the thread that is about to be.</summary>
    public virtual void FetchNext() { }

    /// <summary>Gives the memory back; only once the mailbox is closed and empty. For the reader.</summary>
    public abstract void Dispose();

    /// <summary>
    /// A task that ends when room may have been made. Call it, try again, and only then wait: room that was made before the
    /// call is not seen by the task.
    /// </summary>
    public Task WaitForRoom()
    {
        TaskCompletionSource room = new(TaskCreationOptions.RunContinuationsAsynchronously);
        room = Interlocked.CompareExchange(ref _room, room, null) ?? room;
        Volatile.Write(ref _waiting, 1);
        // The reader writes its head and then reads _waiting without a fence between: this side, which is rare, pays for both.
        Interlocked.MemoryBarrierProcessWide();
        return room.Task;
    }

    /// <summary>Marks the sender of one message, or adds its origin where it has a context.</summary>
    protected static void Mark(uint origin, Span<bool> senders, List<uint>? contexts)
    {
        if (MessageOrigin.HasContext(origin))
        {
            contexts?.Add(origin);
            return;
        }

        uint sender = origin & ~MessageOrigin.TopicFlag;
        if (sender < senders.Length)
        {
            senders[(int)sender] = true;
        }
    }

    /// <summary>Wakes those who wait for room: there may be some, or there will be none any more.</summary>
    protected void AnnounceRoom()
    {
        if (Volatile.Read(ref _waiting) != 0)
        {
            WakeWaiting();
        }
    }

    private void WakeWaiting()
    {
        Volatile.Write(ref _waiting, 0);
        Interlocked.Exchange(ref _room, null)?.TrySetResult();
    }
}
