using FireAndForget.Dispatching;
using FireAndForget.Events;
using FireAndForget.Routing;

namespace FireAndForget.Tests;

/// <summary>The parts of a host without the host: nothing is delivered, and receivers that become ready are only noted.</summary>
internal sealed class Parts : IDispatcher, IDisposable
{
    private readonly Wasmtime.Engine _engine = new();

    public Parts(Registry? registry = null)
    {
        Registry = registry ?? new();
        Services = new(this, Registry, Directory, Events, new(_engine), TimeProvider.System, () => false, _ => { });
    }

    public HostServices Services { get; }

    public Registry Registry { get; }

    public SenderDirectory Directory { get; } = new();

    public EventHub Events { get; } = new();

    public List<Receiver> Ready { get; } = [];

    /// <summary>Called when a receiver becomes ready, by the sender that made it so.</summary>
    public Action<Receiver>? OnReady { get; set; }

    public void Enqueue(Receiver receiver)
    {
        Ready.Add(receiver);
        OnReady?.Invoke(receiver);
    }

    public void Abandon(Receiver receiver) { }

    public Participant Add(
        string id,
        string[]? sendsTo = null,
        MessagingEndpointOptions? options = null,
        SendAllowance? allowance = null
    )
    {
        Participant participant = Make(id, sendsTo, options, allowance);
        Registry.TryAdd(participant);
        return participant;
    }

    /// <summary>A participant that is not registered.</summary>
    public Participant Make(
        string id,
        string[]? sendsTo = null,
        MessagingEndpointOptions? options = null,
        SendAllowance? allowance = null
    )
    {
        options ??= new();
        Participant participant = new(id, Directory.NumberOf(id), sendsTo ?? ["*"], options, allowance);
        participant.Target = new EndpointReceiver(participant, options.Mailbox, _ => { }, answering: null, Services);
        return participant;
    }

    /// <summary>The receiver of a participant that was added here.</summary>
    public static Receiver ReceiverOf(Participant participant) => (Receiver)participant.Target;

    public void Dispose() => _engine.Dispose();
}
