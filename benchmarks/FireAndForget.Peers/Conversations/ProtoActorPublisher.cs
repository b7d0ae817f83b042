// Proto.Actor: the system's EventStream, with an actor for each subscriber. One copy of the message goes to all.

using Proto;

namespace FireAndForget.Peers.Conversations;

internal sealed class ProtoActorPublisher : Publisher
{
    private readonly ActorSystem _system = new();
    private Tally[] _tallies = [];

    public override string Name => $"Proto.Actor {PackageVersion.Of(typeof(ActorSystem))}, EventStream";

    public override async ValueTask DisposeAsync()
    {
        await _system.ShutdownAsync().ConfigureAwait(false);
        await _system.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Start(int subscribers)
    {
        _tallies = [.. Enumerable.Range(0, subscribers).Select(_ => new Tally())];
        foreach (Tally tally in _tallies)
        {
            PID subscriber = _system.Root.Spawn(
                Props.FromFunc(context =>
                {
                    if (context.Message is byte[] message)
                    {
                        tally.Add(message.Length);
                    }

                    return Task.CompletedTask;
                })
            );
            _system.EventStream.Subscribe<byte[]>(_system.Root, subscriber);
        }
    }

    protected override void Publish() => _system.EventStream.Publish(Message.AsSpan().ToArray());

    protected override void Complete() => Tally.WaitForAll(_tallies, Published, StuckAfter);
}
