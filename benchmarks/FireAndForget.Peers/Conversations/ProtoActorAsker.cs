// Proto.Actor: RequestAsync to an actor.

using Proto;

namespace FireAndForget.Peers.Conversations;

internal sealed class ProtoActorAsker : TaskAsker
{
    private readonly ActorSystem _system = new();
    private PID _actor = new();

    public override string Name => $"Proto.Actor {PackageVersion.Of(typeof(ActorSystem))}, RequestAsync";

    public override Task StartAsync()
    {
        _actor = _system.Root.Spawn(
            Props.FromFunc(context =>
            {
                if (context.Message is byte[] message)
                {
                    context.Respond(message.AsSpan().ToArray());
                }

                return Task.CompletedTask;
            })
        );
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _system.ShutdownAsync().ConfigureAwait(false);
        await _system.DisposeAsync().ConfigureAwait(false);
    }

    protected override Task<byte[]> Ask(byte[] message) =>
        _system.Root.RequestAsync<byte[]>(_actor, message.AsSpan().ToArray(), Timeout);
}
