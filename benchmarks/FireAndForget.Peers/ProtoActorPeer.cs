// Proto.Actor: Send to an actor, with a copy of the message, as a sender needs it that goes on using its buffer, or without one.

using Proto;

namespace FireAndForget.Peers;

internal sealed class ProtoActorPeer(bool copies) : Peer
{
    private readonly ActorSystem _system = new();
    private PID _actor = new();

    public override string Name =>
        $"Proto.Actor {PackageVersion.Of(typeof(ActorSystem))}, Send{(copies ? "" : ByReference)}";

    public override Tally Tally { get; } = new();

    public override Task StartAsync(int payload)
    {
        _actor = _system.Root.Spawn(
            Props.FromFunc(context =>
            {
                if (context.Message is byte[] message)
                {
                    Tally.Add(message.Length);
                }

                return Task.CompletedTask;
            })
        );
        return Task.CompletedTask;
    }

    public override Task SendAsync(byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _system.Root.Send(_actor, copies ? message.AsSpan().ToArray() : message);
        }

        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _system.ShutdownAsync().ConfigureAwait(false);
        await _system.DisposeAsync().ConfigureAwait(false);
    }
}
