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
    /// <summary>The fewest outcomes among which those are looked for that no link asks for.</summary>
    private const int FewKept = 64;

    private readonly ConcurrentDictionary<long, (Outcome Outcome, string Reason)> _ended = new();
    private volatile Inbound[] _inbounds = [];

    /// <summary>How many are kept, or more. The dictionary takes all of its locks to say that it is empty.</summary>
    private int _count;
    private int _lookAt = FewKept;
    private int _isLooking;

    public Receiver Receiver => receiver;

    /// <summary>Whether anything is kept: where nothing is, all that was settled was handled.</summary>
    public bool HasAny => Count != 0;

    /// <summary>How many outcomes are kept, or more.</summary>
    public int Count => Volatile.Read(ref _count);

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
            if (inbound.IsGone)
            {
                Remove(inbound);
                continue;
            }

            inbound.Schedule();
        }

        if (Count >= Volatile.Read(ref _lookAt) && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.ForgetUnclaimed(), this, preferLocal: false);
        }
    }

    /// <summary>
    /// Forgets outcomes that no link will ask for. They come about where a sender that was on another silo is on this one by now: its number
    /// is the same, so <see cref="EndedOtherwise"/> cannot tell what it sends here from what came from there.
    /// </summary>
    private void ForgetUnclaimed()
    {
        // The numbers are read first: whatever has an outcome by now was accepted before, and the link that brought it has it among its
        // ranges as soon as that gives its lock free.
        HashSet<long> unclaimed = [.. _ended.Keys];
        foreach (Inbound inbound in _inbounds)
        {
            inbound.RemoveClaimed(this, unclaimed);
        }

        foreach (long number in unclaimed)
        {
            TryTake(number, out _, out _);
        }

        Volatile.Write(ref _lookAt, Math.Max(FewKept, 2 * Count));
        Volatile.Write(ref _isLooking, 0);
    }

    private void Remove(Inbound inbound)
    {
        lock (_ended)
        {
            _inbounds = [.. _inbounds.Where(known => known != inbound)];
        }
    }
}
