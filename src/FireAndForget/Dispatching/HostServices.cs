using FireAndForget.Guests;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Supervision;

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
    /// <summary>The seed of what guests get as random bytes; null: none is given.</summary>
    public ulong? RandomSeed { get; init; }

    /// <summary>Make fresh instances; null: whoever runs the component does.</summary>
    public Builders? Builders { get; init; }

    /// <summary>Told of errors of the host itself that end where they came up.</summary>
    public Action<Exception> Failed { get; init; } = _ => { };

    /// <summary>Gives mailboxes their memory.</summary>
    public RentRing Memory { get; init; } = RingMemory.TryRent;

    /// <summary>Where the output of guests goes; null: nowhere.</summary>
    public IGuestLog? GuestLog { get; init; }
}
