using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FireAndForget.Cli;

/// <summary>
/// Stops the run: by Ctrl-C, by a request to terminate, because its terminal is closed, or because its time is up. A second Ctrl-C
/// ends the process at once, unless it comes so soon that it is the first one, delivered both to the process and to its group.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private static readonly TimeSpan RepeatWindow = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _hangUp;
    private Timer? _timer;
    private long _firstSignal;

    public StopSignal()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    /// <summary>Ends when the run is to stop.</summary>
    public Task Requested => _requested.Task;

    /// <summary>Stops the run after some time from now.</summary>
    public void RequestAfter(TimeSpan time) =>
        _timer = new(_ => _requested.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _hangUp.Dispose();
        _timer?.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_firstSignal == 0)
        {
            _firstSignal = Stopwatch.GetTimestamp();
        }

        context.Cancel = Stopwatch.GetElapsedTime(_firstSignal) < RepeatWindow;
        _requested.TrySetResult();
    }
}
