using System.Threading.Channels;
using FireAndForget.Supervision;

namespace FireAndForget;

/// <summary>
/// A stream of a host's events from the time of subscribing on. It cannot slow the host down: what its reader is too slow for
/// is missed and counted, unless it was asked to keep everything.
/// </summary>
public sealed class EventSubscription : IAsyncEnumerable<HostEvent>, IDisposable
{
    private readonly EventHub _hub;
    private readonly Channel<HostEvent> _events;
    private long _missed;

    internal EventSubscription(EventHub hub, int capacity)
    {
        _hub = hub;
        _events =
            capacity == int.MaxValue
                ? Channel.CreateUnbounded<HostEvent>()
                : Channel.CreateBounded<HostEvent>(capacity);
    }

    /// <summary>Events that came while the stream was full, and were not kept.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>Takes the next event that is already there.</summary>
    /// <param name="happened">The event.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HostEvent? happened) =>
        _events.Reader.TryRead(out happened);

    /// <summary>Reads events as they come, until the host is disposed or this subscription is.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerator<HostEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _events.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Ends the subscription; what was not read yet can still be read.</summary>
    public void Dispose()
    {
        _hub.Unsubscribe(this);
        Complete();
    }

    internal void Add(HostEvent happened)
    {
        if (!_events.Writer.TryWrite(happened))
        {
            Interlocked.Increment(ref _missed);
        }
    }

    internal void Complete() => _events.Writer.TryComplete();
}
