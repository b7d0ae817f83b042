// Akka.Remote: Tell to an actor of another system, with a copy of the message, because it is serialised later; and Ask.

using Akka.Actor;
using FireAndForget.Cluster.Processes;

namespace FireAndForget.Cluster.Sides;

internal sealed class AkkaSide(string name) : Side
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create(
        name,
        """
        akka {
          loglevel = ERROR
          stdout-loglevel = ERROR
          actor.provider = remote
          remote.dot-netty.tcp {
            hostname = 127.0.0.1
            port = 0
          }
        }
        """
    );

    public override async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    protected override string Address => ((ExtendedActorSystem)_system).Provider.DefaultAddress.ToString();

    protected override Task StartAsync()
    {
        _system.ActorOf(Props.Create(() => new Counting()), "counting");
        _system.ActorOf(Props.Create(() => new Answering()), "answering");
        return Task.CompletedTask;
    }

    protected override async Task ConnectAsync(string other, string address)
    {
        IActorRef counting = await _system.ActorSelection($"{address}/user/counting").ResolveOne(Patience);
        IActorRef answering = await _system.ActorSelection($"{address}/user/answering").ResolveOne(Patience);
        Ways["tell"] = (message, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                counting.Tell(message.AsSpan().ToArray(), ActorRefs.NoSender);
            }

            return ValueTask.CompletedTask;
        };
        Asks["ask"] = message => answering.Ask<byte[]>(message.AsSpan().ToArray(), Patience);
    }

    private sealed class Counting : UntypedActor
    {
        protected override void OnReceive(object message) => Arrivals.Add();
    }

    private sealed class Answering : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
