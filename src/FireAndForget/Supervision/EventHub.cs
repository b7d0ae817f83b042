using FireAndForget.Diagnostics;

namespace FireAndForget.Supervision;

/// <summary>Hands events to whoever subscribed, and to the log. An event of a message is only made where somebody subscribed.</summary>
internal sealed class EventHub(Audit? audit = null)
{
    private readonly Lock _lock = new();
    private EventSubscription[] _subscriptions = [];
    private bool _completed;
    private long _refusals;

    /// <summary>How many sends were refused, whoever made them and whether or not anybody listens.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    /// <summary>The host's log; null where it has none.</summary>
    public Audit? Audit => audit;

    public void CountRefusal() => Interlocked.Increment(ref _refusals);

    public bool HasSubscribers => Volatile.Read(ref _subscriptions).Length != 0;

    public void Publish(HostEvent happened)
    {
        audit?.Tell(happened);
        foreach (EventSubscription subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Add(happened);
        }
    }

    public EventSubscription Subscribe(int capacity)
    {
        lock (_lock)
        {
            EventSubscription subscription = new(this, capacity);
            if (_completed)
            {
                subscription.Complete();
            }
            else
            {
                _subscriptions = [.. _subscriptions, subscription];
            }

            return subscription;
        }
    }

    public void Unsubscribe(EventSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
        }
    }

    /// <summary>No event comes any more: subscriptions end when they have been read.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            foreach (EventSubscription subscription in _subscriptions)
            {
                subscription.Complete();
            }
        }
    }
}
