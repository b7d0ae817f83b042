// Proto.Actor: the same messages to actors, copied.

using FireAndForget.Measuring;
using Proto;

namespace FireAndForget.Crowd;

internal sealed class ProtoActorInTurn : ICrowd
{
    private readonly ActorSystem _system = new();
    private readonly PID[] _actors;
    private readonly Tally[] _tallies;
    private readonly byte[] _message = Payload.Of(Laps.MessageBytes);
    private long _laps;

    public ProtoActorInTurn(int receivers)
    {
        _tallies = [.. Enumerable.Range(0, receivers).Select(_ => new Tally())];
        _actors = [.. _tallies.Select(Spawn)];
    }

    public void Prepare() { }

    public long RunLap()
    {
        int turns = Laps.Turns(_actors.Length);
        for (int turn = 0; turn < turns; turn++)
        {
            foreach (PID actor in _actors)
            {
                _system.Root.Send(actor, _message.AsSpan().ToArray());
            }
        }

        _laps++;
        Tally.WaitForAll(_tallies, _laps * turns);
        return (long)turns * _actors.Length;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.ShutdownAsync().ConfigureAwait(false);
        await _system.DisposeAsync().ConfigureAwait(false);
    }

    private PID Spawn(Tally tally) =>
        _system.Root.Spawn(
            Props.FromFunc(context =>
            {
                if (context.Message is byte[])
                {
                    tally.Add();
                }

                return Task.CompletedTask;
            })
        );
}
