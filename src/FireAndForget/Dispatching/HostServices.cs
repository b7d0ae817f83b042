using System.Security.Cryptography;
using System.Text;
using FireAndForget.Buffers;
using FireAndForget.Diagnostics;
using FireAndForget.Events;
using FireAndForget.Routing;
using FireAndForget.Time;

namespace FireAndForget.Dispatching;

/// <summary>What a receiver needs of the host.</summary>
internal sealed record HostServices(
    IDispatcher Dispatcher,
    Registry Registry,
    SenderDirectory Directory,
    EventHub Events,
    EpochTicker Ticker,
    TimeProvider Time,
    Func<bool> IsAborting,
    Action<Receiver> ReceiverFinished
)
{
    /// <summary>The deadlines of requests.</summary>
    public DeadlineQueue Deadlines
    {
        get => field ??= new(Time, Failed);
        init;
    }

    /// <summary>The later messages of all senders.</summary>
    public LaterSchedule Later => field ??= new(new(Time, Failed, LaterIsDue), Failed);

    /// <summary>Called when a later message is due, in manual mode; null: it is sent by the timer's thread.</summary>
    public Action? LaterIsDue { get; init; }

    /// <summary>The log; null: there is none.</summary>
    public Audit? Audit { get; init; }

    /// <summary>The seed of what guests get as random bytes; null: none is given.</summary>
    public ulong? RandomSeed { get; init; }

    /// <summary>What the host itself draws for one component: repeatable where there is a seed.</summary>
    public Random RandomOf(string id) =>
        RandomSeed is { } seed
            ? new(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {id}"))))
            : Random.Shared;

    /// <summary>Make fresh instances; null: the worker that runs the component does.</summary>
    public InstanceBuilders? InstanceBuilders { get; init; }

    /// <summary>
    /// Whether asynchronous handlers are called by the thread that pumps, in manual mode, instead of the thread pool.
    /// </summary>
    public bool CallsHandlersOnPump { get; init; }

    /// <summary>Called with errors of the host itself that are not thrown any further.</summary>
    public Action<Exception> Failed { get; init; } = _ => { };

    /// <summary>Gives mailboxes their memory.</summary>
    public RentRing Memory { get; init; } = RingMemory.TryRent;

    /// <summary>Where the output of guests goes; null: nowhere.</summary>
    public IGuestOutput? GuestOutput { get; init; }
}
