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
);
