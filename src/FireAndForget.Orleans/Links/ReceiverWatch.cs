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

    public Receiver Receiver => receiver;

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
        if (!_ended.IsEmpty && _ended.TryRemove(number, out (Outcome Outcome, string Reason) ended))
        {
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
