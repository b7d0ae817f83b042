using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>How many of a host's events wait for their reader, and what becomes of more; see <see cref="MessagingHost.Subscribe(EventSubscriptionOptions)"/>.</summary>
public sealed class EventSubscriptionOptions
{
    /// <summary>How many events wait, from 1 on. Default 4,096.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Capacity
    {
        get;
        set => field = Check.Range(value, 1, int.MaxValue, "events");
    } = 4096;

    /// <summary>What becomes of events beyond that. Default <see cref="EventOverflowPolicy.Drop"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public EventOverflowPolicy OverflowPolicy
    {
        get;
        set => field = Check.Defined(value);
    }

    /// <summary>The options as a person reads them, in a line.</summary>
    public override string ToString() =>
        ValueText.Of((nameof(Capacity), Capacity), (nameof(OverflowPolicy), OverflowPolicy));
}
