namespace FireAndForget.Events;

/// <summary>Gives events to subscribers and to the log. An event of a message is only made where somebody subscribes.</summary>
/// <param name="log">Takes each event too; null: there is no log.</param>
internal sealed class EventHub(Action<HostEvent>? log = null)
{
    private readonly Lock _lock = new();
    private EventSubscription[] _subscriptions = [];
    private bool _completed;
    private readonly long[] _refusals = new long[(int)SendStatus.Closed + 1];
    private long _lateReplies;

    /// <summary>How many sends of all senders were refused, whether or not anybody subscribes.</summary>
    public long Refusals
    {
        get
        {
            long sum = 0;
            for (int status = 0; status < _refusals.Length; status++)
            {
                sum += CountRefused((SendStatus)status);
            }

            return sum;
        }
    }

    /// <summary>Whether workers may deliver, or have to wait for a reader.</summary>
    public EventRoom Room { get; } = new();

    /// <summary>How many sends of all senders were refused with one status.</summary>
    public long CountRefused(SendStatus status) => Volatile.Read(ref _refusals[(int)status]);

    /// <summary>Counts one more refusal.</summary>
    public void AddRefusal(SendStatus status) => Interlocked.Increment(ref _refusals[(int)status]);

    /// <summary>How many replies to requests of all senders came too late and were dropped.</summary>
    public long LateReplies => Volatile.Read(ref _lateReplies);

    public void CountLateReply() => Interlocked.Increment(ref _lateReplies);

    public bool HasSubscribers => Volatile.Read(ref _subscriptions).Length != 0;

    /// <summary>Gives an event to the log and to the subscribers; no code of a subscriber runs here.</summary>
    public void Publish(HostEvent happened)
    {
        log?.Invoke(happened);
        foreach (EventSubscription subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Add(happened);
        }
    }

    public EventSubscription Subscribe(int capacity) => Subscribe(new EventSubscriptionOptions { Capacity = capacity });

    public EventSubscription Subscribe(EventSubscriptionOptions options)
    {
        lock (_lock)
        {
            EventSubscription subscription = new(this, options);
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

    /// <summary>Ends the events: each subscription ends when what it holds has been read.</summary>
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
