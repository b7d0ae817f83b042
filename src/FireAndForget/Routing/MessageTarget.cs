using System.Runtime.CompilerServices;
using FireAndForget.Buffers;
using FireAndForget.Mailboxes;

namespace FireAndForget.Routing;

/// <summary>
/// The target of the messages to an id: a receiver of this host, or an object that forwards them, such as to another host. It
/// accepts messages into its mailbox, and gives each of them exactly one outcome, now or later, one by one or in batches.
/// </summary>
internal abstract class MessageTarget
{
    /// <summary>The state in which it has to be woken for a message.</summary>
    protected const int Idle = 0;

    /// <summary>What it is doing: idle, or one of its own states, in which it sees a message by itself.</summary>
    protected int _state;
    private bool _hasSuccessor;

    /// <summary>Where accepted messages wait. It has the last word on whether there is room.</summary>
    public Mailbox Mailbox { get; protected init; } = null!;

    /// <summary>Whether it takes no messages any more.</summary>
    public bool IsStopped => Mailbox.IsClosed;

    /// <summary>Takes over a message, whose bytes are copied. Any thread.</summary>
    /// <param name="origin">Where the message comes from; see <see cref="Messages.MessageOrigin"/>.</param>
    /// <param name="message">The message, which has passed all other checks.</param>
    /// <returns>
    /// <see cref="SendStatus.Accepted"/>; or <see cref="SendStatus.QueueFull"/> or <see cref="SendStatus.Closed"/>, which leave no
    /// trace of it.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SendStatus TryAccept(uint origin, ReadOnlySpan<byte> message)
    {
        SendStatus status = Mailbox.TryEnqueue(origin, message);
        // Behind the mailbox's full fence: either this read sees that the target went idle and wakes it, or the target's look at its
        // mailbox after going idle sees the message.
        if (status == SendStatus.Accepted && Volatile.Read(ref _state) == Idle)
        {
            Wake();
        }

        return status;
    }

    /// <summary>
    /// Takes over a long message that several targets get; the mailbox may refer to its bytes instead of copying them.
    /// </summary>
    public SendStatus TryAccept(uint origin, SharedBytes message)
    {
        SendStatus status = Mailbox.TryEnqueue(origin, message);
        if (status == SendStatus.Accepted && Volatile.Read(ref _state) == Idle)
        {
            Wake();
        }

        return status;
    }

    /// <summary>Takes over a message and gives its number in the mailbox.</summary>
    public SendStatus TryAccept(uint origin, ReadOnlySpan<byte> message, out long number)
    {
        SendStatus status = Mailbox.TryEnqueue(origin, message, out number);
        if (status == SendStatus.Accepted && Volatile.Read(ref _state) == Idle)
        {
            Wake();
        }

        return status;
    }

    /// <summary>
    /// Whether another target is about to be registered under its id when its mailbox is closed. A sender that finds the mailbox
    /// closed then decides its route anew as soon as the successor is there, which takes a moment only. It is set before the
    /// mailbox is closed.
    /// </summary>
    public bool HasSuccessor
    {
        get => Volatile.Read(ref _hasSuccessor);
        set => Volatile.Write(ref _hasSuccessor, value);
    }

    /// <summary>Makes the target check its mailbox. Any thread.</summary>
    public abstract void Wake();
}
