using System.Collections.Concurrent;
using FireAndForget.Dispatching;

namespace FireAndForget.Orleans.Links;

/// <summary>
/// Watches what one receiver settles, for the silos that sent the messages. It keeps each outcome other than handled until the
/// inbound link that brought the message asks for it.
/// </summary>
/// <param name="receiver">The receiver.</param>
/// <param name="isArrival">Whether an origin is a sender of another silo.</param>
internal sealed class ReceiverWatch(Receiver receiver, Func<uint, bool> isArrival) : ISettlementWatcher
{
    private readonly ConcurrentDictionary<long, (Outcome Outcome, string Reason)> _ended = new();
    private volatile Inbound[] _inbounds = [];

    /// <summary>How many are kept, or more. The dictionary takes all of its locks to say that it is empty.</summary>
    private int _count;

    public Receiver Receiver => receiver;

    /// <summary>Whether anything is kept: where nothing is, all that was settled was handled.</summary>
    public bool HasAny => Volatile.Read(ref _count) != 0;

    /// <summary>The watch of a receiver, which it gets with the first message of another silo.</summary>
    public static ReceiverWatch Of(Receiver receiver, Func<uint, bool> isArrival)
    {
        if (receiver.Watcher is ReceiverWatch known)
        {
            return known;
        }

        lock (receiver)
        {
            if (receiver.Watcher is not ReceiverWatch watch)
            {
                watch = new(receiver, isArrival);
                receiver.Watcher = watch;
            }

            return watch;
        }
    }

    public void Add(Inbound inbound)
    {
        lock (_ended)
        {
            if (!_inbounds.Contains(inbound))
            {
                _inbounds = [.. _inbounds, inbound];
            }
        }
    }

    /// <summary>Takes what is known of a message by its number in the mailbox.</summary>
    /// <returns>False where it was handled.</returns>
    public bool TryTake(long number, out Outcome outcome, out string reason)
    {
        if (HasAny && _ended.TryRemove(number, out (Outcome Outcome, string Reason) ended))
        {
            Interlocked.Decrement(ref _count);
            (outcome, reason) = ended;
            return true;
        }

        (outcome, reason) = (Outcome.Handled, "");
        return false;
    }

    public void EndedOtherwise(uint origin, long number, Outcome outcome, string reason)
    {
        if (isArrival(origin))
        {
            // Counted first, so that none that is kept is overlooked.
            Interlocked.Increment(ref _count);
            _ended[number - receiver.NumbersBefore] = (outcome, reason);
        }
    }

    public void TurnEnded()
    {
        foreach (Inbound inbound in _inbounds)
        {
            inbound.Schedule();
        }
    }
}
