using FireAndForget.Dispatching;
using FireAndForget.Routing;
using FireAndForget.Supervision;
using FireAndForget.Validation;

namespace FireAndForget.Tests;

/// <summary>The parts of a host, put together without one: nothing is delivered, whoever becomes ready is only noted.</summary>
internal sealed class Parts : IDispatcher, IDisposable
{
    private readonly Wasmtime.Engine _engine = new();

    public Parts() =>
        Services = new(this, Registry, Directory, Events, new(_engine), TimeProvider.System, () => false, _ => { });

    public HostServices Services { get; }

    public Registry Registry { get; } = new();

    public SenderDirectory Directory { get; } = new();

    public EventHub Events { get; } = new();

    public List<Receiver> Ready { get; } = [];

    public void Enqueue(Receiver receiver) => Ready.Add(receiver);

    public void Abandon(Receiver receiver) { }

    public Participant Add(
        string id,
        string[]? sendsTo = null,
        EndpointOptions? options = null,
        SendAllowance? allowance = null
    )
    {
        options ??= new();
        Participant participant = new(id, Directory.NumberOf(id), sendsTo ?? ["*"], options, allowance);
        participant.Receiver = new EndpointReceiver(participant, options.Mailbox, _ => { }, Services);
        Registry.TryAdd(participant);
        return participant;
    }

    public void Dispose() => _engine.Dispose();
}
