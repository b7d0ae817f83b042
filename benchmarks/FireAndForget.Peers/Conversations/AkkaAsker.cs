// Akka.NET: Ask of an actor.

using Akka.Actor;

namespace FireAndForget.Peers.Conversations;

internal sealed class AkkaAsker : TaskAsker
{
    private readonly ActorSystem _system = ActorSystem.Create("askers", "akka.loglevel = ERROR");
    private IActorRef _actor = ActorRefs.Nobody;

    public override string Name => $"Akka.NET {PackageVersion.Of(typeof(ActorSystem))}, Ask";

    public override Task StartAsync()
    {
        _actor = _system.ActorOf(Props.Create(() => new Answerer()));
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        _system.Dispose();
    }

    protected override Task<byte[]> Ask(byte[] message) => _actor.Ask<byte[]>(message.AsSpan().ToArray(), Timeout);

    private sealed class Answerer : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(((byte[])message).AsSpan().ToArray());
    }
}
