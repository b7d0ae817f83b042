// Akka.NET: Tell to an actor, with a copy of the message, as a sender needs it that goes on using its buffer, or without one.

using Akka.Actor;
using FireAndForget.Dispatching;

namespace FireAndForget.Peers;

internal sealed class AkkaPeer(bool copies) : Peer
{
    private readonly ActorSystem _system = ActorSystem.Create("peers", "akka.loglevel = ERROR");
    private IActorRef _actor = ActorRefs.Nobody;

    public override string Name =>
        $"Akka.NET {PackageVersion.Of(typeof(ActorSystem))}, Tell{(copies ? "" : ByReference)}";

    public override Tally Tally { get; } = new();

    public override Task StartAsync(int payload)
    {
        _actor = _system.ActorOf(Props.Create(() => new Receiver(Tally)));
        return Task.CompletedTask;
    }

    public override Task SendAsync(byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _actor.Tell(copies ? message.AsSpan().ToArray() : message, ActorRefs.NoSender);
        }

        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        _system.Dispose();
    }

    private sealed class Receiver(Tally tally) : UntypedActor
    {
        protected override void OnReceive(object message) => tally.Add(((byte[])message).Length);
    }
}
