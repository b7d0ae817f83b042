// Akka.NET: the system's EventStream, with an actor for each subscriber. One copy of the message goes to all.

using Akka.Actor;

namespace FireAndForget.Peers.Conversations;

internal sealed class AkkaPublisher : Publisher
{
    private readonly ActorSystem _system = ActorSystem.Create("publisher", "akka.loglevel = ERROR");
    private Tally[] _tallies = [];

    public override string Name => $"Akka.NET {PackageVersion.Of(typeof(ActorSystem))}, EventStream";

    public override async ValueTask DisposeAsync()
    {
        await _system.Terminate().ConfigureAwait(false);
        _system.Dispose();
    }

    protected override void Start(int subscribers)
    {
        _tallies = [.. Enumerable.Range(0, subscribers).Select(_ => new Tally())];
        foreach (Tally tally in _tallies)
        {
            _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Subscriber(tally))), typeof(byte[]));
        }
    }

    protected override void Publish() => _system.EventStream.Publish(Message.AsSpan().ToArray());

    protected override void Complete() => Tally.WaitForAll(_tallies, Published, StuckAfter);

    private sealed class Subscriber(Tally tally) : UntypedActor
    {
        protected override void OnReceive(object message) => tally.Add(((byte[])message).Length);
    }
}
