// System.Threading.Timer: one for each message, which holds it.

namespace FireAndForget.Peers.Conversations;

internal sealed class TimerScheduler : Scheduler
{
    private readonly Timer?[] _timers = new Timer?[Messages];
    private int _fired;

    public override string Name => Reporting.Names.LaterTimer;

    public override void Prepare() => Array.Clear(_timers);

    public override void Give()
    {
        for (int i = 0; i < Messages; i++)
        {
            _timers[i] = new(Fire, Message.AsSpan().ToArray(), DelayOf(i), System.Threading.Timeout.InfiniteTimeSpan);
        }
    }

    public override void TakeBack()
    {
        for (int i = 0; i < Messages; i += 2)
        {
            _timers[i]!.Dispose();
        }
    }

    public override ValueTask DisposeAsync()
    {
        foreach (Timer? timer in _timers)
        {
            timer?.Dispose();
        }

        return _fired == 0
            ? ValueTask.CompletedTask
            : throw new Measuring.MeasurementException($"{_fired} timers fired that were not due.");
    }

    private void Fire(object? message) => Interlocked.Increment(ref _fired);
}
