using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using FireAndForget.Events;

namespace FireAndForget;

/// <summary>
/// A stream of a host's events from the time of subscribing on. Where its reader is too slow, <see cref="EventOverflowPolicy"/> says what
/// happens: the newest or the oldest events are dropped and counted, so that the reader cannot slow the host down, or the host waits.
/// </summary>
public sealed class EventSubscription : IAsyncEnumerable<HostEvent>, IDisposable
{
    private readonly EventHub _hub;
    private readonly Channel<HostEvent> _events;
    private readonly int _capacity;
    private readonly bool _waits;
    private readonly Lock _lock = new();

    /// <summary>The refusals that wait and count all further ones of their sender and status, instead of keeping them.</summary>
    private readonly Dictionary<(string Sender, SendStatus Status), FoldedRefusals> _folded = [];
    private long _dropped;
    private int _waiting;
    private volatile bool _isFull;
    private bool _isOver;

    internal EventSubscription(EventHub hub, EventSubscriptionOptions options)
    {
        _hub = hub;
        _capacity = options.Capacity;
        _waits = options.OverflowPolicy == EventOverflowPolicy.Wait;
        _events =
            _waits || _capacity == int.MaxValue ? Channel.CreateUnbounded<HostEvent>()
            : options.OverflowPolicy == EventOverflowPolicy.DropOldest
                ? Channel.CreateBounded<HostEvent>(
                    new BoundedChannelOptions(_capacity) { FullMode = BoundedChannelFullMode.DropOldest },
                    _ => Interlocked.Increment(ref _dropped)
                )
            : Channel.CreateBounded<HostEvent>(_capacity);
    }

    /// <summary>
    /// Events for which there was no room: those that came while the stream was full, or with <see cref="EventOverflowPolicy.DropOldest"/>
    /// those that waited longest then. 0 with <see cref="EventOverflowPolicy.Wait"/>.
    /// </summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>
    /// Whether more events wait than its capacity, so that workers wait until half of them are read. Only with
    /// <see cref="EventOverflowPolicy.Wait"/>; false with the others.
    /// </summary>
    public bool IsFull => _isFull;

    /// <summary>
    /// Waits as workers do, until no subscription of the host is full. For .NET code that sends much to mailboxes that drop the
    /// oldest: its sends do not wait by themselves.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends when there is room.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForRoomAsync(CancellationToken cancellationToken = default) =>
        _hub.Room.WhenRoom().WaitAsync(cancellationToken);

    /// <summary>Takes the next event that is already there.</summary>
    /// <param name="happened">The event.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead([NotNullWhen(true)] out HostEvent? happened)
    {
        if (!_events.Reader.TryRead(out happened))
        {
            return false;
        }

        happened = _waits ? AfterReading(happened) : happened;
        return true;
    }

    /// <summary>Reads events as they come, until the host is disposed or this subscription is.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerator<HostEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (await _events.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryRead(out HostEvent? happened))
            {
                yield return happened;
            }
        }
    }

    /// <summary>Ends the subscription; what was not read yet can still be read.</summary>
    public void Dispose()
    {
        _hub.Unsubscribe(this);
        Complete();
    }

    internal void Add(HostEvent happened)
    {
        if (_waits)
        {
            AddOrFold(happened);
        }
        else if (!_events.Writer.TryWrite(happened))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    internal void Complete()
    {
        lock (_lock)
        {
            _isOver = true;
            _events.Writer.TryComplete();
            SetFull(false);
        }
    }

    private void AddOrFold(HostEvent happened)
    {
        lock (_lock)
        {
            if (_isOver || _waiting >= _capacity && happened is SendRefused refused && TryFold(refused, ref happened))
            {
                return;
            }

            _events.Writer.TryWrite(happened);
            _waiting++;
            SetFull(_isFull || _waiting > _capacity);
        }
    }

    /// <summary>
    /// Counts a refusal with one of the same sender and status that waits. Where none waits, <paramref name="happened"/> becomes one that
    /// counts further ones and has to be added.
    /// </summary>
    private bool TryFold(SendRefused refused, ref HostEvent happened)
    {
        if (_folded.TryGetValue((refused.Sender, refused.Status), out FoldedRefusals? first))
        {
            first.Repeat++;
            return true;
        }

        happened = first = new(refused);
        _folded.Add((refused.Sender, refused.Status), first);
        return false;
    }

    /// <summary>Frees the place of an event that was read, and makes of folded refusals the event that the reader gets.</summary>
    private HostEvent AfterReading(HostEvent happened)
    {
        lock (_lock)
        {
            _waiting--;
            SetFull(_isFull && _waiting > _capacity / 2);
            if (happened is not FoldedRefusals folded)
            {
                return happened;
            }

            _folded.Remove((folded.First.Sender, folded.First.Status));
            return new SendRefused
            {
                Sender = folded.First.Sender,
                Target = folded.First.Target,
                Status = folded.First.Status,
                Reason = folded.First.Reason,
                Repeat = folded.Repeat,
            };
        }
    }

    private void SetFull(bool isFull)
    {
        if (isFull == _isFull)
        {
            return;
        }

        _isFull = isFull;
        if (isFull)
        {
            _hub.Room.Fill();
        }
        else
        {
            _hub.Room.Free();
        }
    }

    /// <summary>A refusal that waits, with the number of refusals that it stands for by now.</summary>
    private sealed class FoldedRefusals(SendRefused first) : HostEvent
    {
        public SendRefused First => first;

        public long Repeat { get; set; } = 1;
    }
}
