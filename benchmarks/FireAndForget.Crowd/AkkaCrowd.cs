// Akka.NET on its own pool: the same messages to actors, copied where the sender goes on using its buffer.

using Akka.Actor;
using FireAndForget.Measuring;

namespace FireAndForget.Crowd;

internal sealed class AkkaInTurn : ICrowd
{
    private readonly ActorSystem _system = ActorSystem.Create("crowd", "akka.loglevel = ERROR");
    private readonly IActorRef[] _actors;
    private readonly Tally[] _tallies;
    private readonly byte[] _message = Payload.Of(Laps.MessageBytes);
    private long _laps;

    public AkkaInTurn(int receivers)
    {
        _tallies = [.. Enumerable.Range(0, receivers).Select(_ => new Tally())];
        _actors = [.. _tallies.Select(tally => _system.ActorOf(Props.Create(() => new Receiver(tally))))];
    }

    public void Prepare() { }

    public long RunLap()
    {
        int turns = Laps.Turns(_actors.Length);
        for (int turn = 0; turn < turns; turn++)
        {
            foreach (IActorRef actor in _actors)
            {
                actor.Tell(_message.AsSpan().ToArray(), ActorRefs.NoSender);
            }
        }

        _laps++;
        Tally.WaitForAll(_tallies, _laps * turns);
        return (long)turns * _actors.Length;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        _system.Dispose();
    }

    private sealed class Receiver(Tally tally) : UntypedActor
    {
        protected override void OnReceive(object message) => tally.Add();
    }
}

internal sealed class AkkaToAkka : ICrowd
{
    private readonly ActorSystem _system = ActorSystem.Create("crowd", "akka.loglevel = ERROR");
    private readonly IActorRef[] _actors;
    private readonly Random _random = new(7);
    private readonly int[][] _ways;
    private readonly Arrivals _arrivals = new();

    public AkkaToAkka(int receivers)
    {
        _ways = Laps.Ways(receivers);
        _actors = new IActorRef[receivers];
        for (int i = 0; i < receivers; i++)
        {
            _actors[i] = _system.ActorOf(Props.Create(() => new Forwarder(this)));
        }
    }

    public void Prepare() => Laps.Draw(_random, _actors.Length, _ways);

    public long RunLap()
    {
        _arrivals.Expect(_ways.Length);
        foreach (int[] way in _ways)
        {
            _actors[way[0]].Tell(new Travelling(way), ActorRefs.NoSender);
        }

        _arrivals.Wait();
        return (long)_ways.Length * Laps.Hops;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        _system.Dispose();
        _arrivals.Dispose();
    }

    private sealed class Travelling(int[] way)
    {
        public int[] Way => way;

        public int Next { get; set; } = 1;
    }

    private sealed class Forwarder(AkkaToAkka crowd) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            var travelling = (Travelling)message;
            if (travelling.Next == travelling.Way.Length)
            {
                crowd._arrivals.Add();
                return;
            }

            crowd._actors[travelling.Way[travelling.Next++]].Tell(travelling, Self);
        }
    }
}
