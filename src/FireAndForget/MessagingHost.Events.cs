using FireAndForget.Wording;

namespace FireAndForget;

// Events and statistics: what became of messages and components.
public sealed partial class MessagingHost
{
    /// <summary>What became of all sends so far.</summary>
    public HostStatistics Statistics => _host.Accounts.Statistics;

    /// <summary>How many sends were refused with one status, of all senders: the exact number, also where the log left lines out.</summary>
    /// <param name="status">The status.</param>
    /// <returns>The number since the host was made; 0 for <see cref="SendStatus.Accepted"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status is none of the enumeration's.</exception>
    public long CountRefused(SendStatus status) => _host.Events.CountRefused(Check.Defined(status, nameof(status)));

    /// <summary>
    /// Begins to count who sends how much to whom. While a watch is open each turn of a receiver costs some nanoseconds more; without one it
    /// costs nothing.
    /// </summary>
    /// <returns>The watch; disposing of it ends the counting.</returns>
    public TrafficWatch WatchTraffic() => new(_host.Accounts);

    /// <summary>
    /// Subscribes to what becomes of messages and components: <see cref="DeadLetter"/>, <see cref="SendRefused"/>,
    /// <see cref="ComponentRestarted"/>, <see cref="ComponentStopped"/>.
    /// </summary>
    /// <param name="capacity">
    /// How many events wait for a slow reader; further ones are counted in <see cref="EventSubscription.Dropped"/>.
    /// <see cref="int.MaxValue"/>: all of them, whatever memory it takes.
    /// </param>
    /// <returns>The subscription.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1.</exception>
    public EventSubscription Subscribe(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return _host.Events.Subscribe(capacity);
    }

    /// <summary>As <see cref="Subscribe(int)"/>, with the default capacity of 4,096 events.</summary>
    /// <returns>The subscription.</returns>
    public EventSubscription Subscribe() => _host.Events.Subscribe(new EventSubscriptionOptions());

    /// <summary>As <see cref="Subscribe(int)"/>, with a choice of what happens where the reader is slow.</summary>
    /// <param name="options">How many events wait, and what becomes of more.</param>
    /// <returns>The subscription.</returns>
    /// <exception cref="ArgumentNullException">The options are null.</exception>
    public EventSubscription Subscribe(EventSubscriptionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _host.Events.Subscribe(options);
    }
}
