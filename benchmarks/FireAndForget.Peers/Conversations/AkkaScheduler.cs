// Akka.NET: the system's scheduler, which tells an actor later, with something to take that back.

using Akka.Actor;
using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

internal sealed class AkkaScheduler : Scheduler
{
    private readonly ActorSystem _system = ActorSystem.Create("scheduler", "akka.loglevel = ERROR");
    private readonly IActorRef _sink;
    private readonly ICancelable?[] _given = new ICancelable?[Messages];

    public AkkaScheduler() => _sink = _system.ActorOf(Props.Create(() => new Sink()));

    public override string Name => $"Akka.NET {PackageVersion.Of(typeof(ActorSystem))}, ScheduleTellOnceCancelable";

    public override void Prepare() => Array.Clear(_given);

    public override void Give()
    {
        for (int i = 0; i < Messages; i++)
        {
            _given[i] = _system.Scheduler.ScheduleTellOnceCancelable(
                DelayOf(i),
                _sink,
                Message.AsSpan().ToArray(),
                ActorRefs.NoSender
            );
        }
    }

    public override void TakeBack()
    {
        for (int i = 0; i < Messages; i += 2)
        {
            _given[i]!.Cancel();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        _system.Dispose();
        if (Sink.Told > 0)
        {
            throw new MeasurementException($"{Sink.Told} messages came before they were due.");
        }
    }

    private sealed class Sink : UntypedActor
    {
        private static int _told;

        public static int Told => _told;

        protected override void OnReceive(object message) => Interlocked.Increment(ref _told);
    }
}
