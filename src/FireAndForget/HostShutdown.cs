using FireAndForget.Dispatching;
using FireAndForget.Time;

namespace FireAndForget;

/// <summary>
/// Stops a host, once, whatever listeners, loggers and clocks throw meanwhile. It goes through these states: running; draining,
/// while what was accepted may still be handled; aborting, when the time for that is over or the stop was cancelled: guests are
/// interrupted, what waits becomes undeliverable, and a handler of .NET code that does not return within a further time is
/// abandoned, its thread left to it; stopped.
/// </summary>
/// <param name="host">The parts that are stopped.</param>
internal sealed class HostShutdown(HostParts host)
{
    private const string Reason = "the host stopped";

    /// <summary>How long loads are waited for. Nothing interrupts one while it compiles, or while it reads a pipe that nobody writes to.</summary>
    private static readonly TimeSpan LoadStopTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    private enum State
    {
        Running = 0,
        Draining = 1,
        Aborting = 2,
        Stopped = 3,
    }

    /// <summary>Whether the host stops or has stopped: it takes nothing on any more.</summary>
    public bool HasBegun => Volatile.Read(ref _state) != (int)State.Running;

    /// <summary>Whether guests were interrupted, or are about to be.</summary>
    public bool IsAborting => Volatile.Read(ref _state) >= (int)State.Aborting;

    /// <summary>Stops the host; every further call waits for the same end.</summary>
    /// <param name="timeout">How long accepted messages may still be handled.</param>
    /// <param name="cancellationToken">Ends that time early, also where another call has begun to stop the host.</param>
    public async Task StopAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        bool isFirst;
        // Who registers checks the state under the same lock, so nothing is registered after this block.
        lock (host.Registering)
        {
            isFirst = TryEnter(State.Draining, from: State.Running);
        }

        if (isFirst)
        {
            _ = StopOnceAsync(timeout);
        }

        await using (cancellationToken.UnsafeRegister(_ => Try(Abort), null).ConfigureAwait(false))
        {
            await _stopped.Task.ConfigureAwait(false);
        }
    }

    private async Task StopOnceAsync(TimeSpan timeout)
    {
        try
        {
            try
            {
                host.Registry.Close();
                Try(host.Services.Later.Close);
                host.Audit?.HostStopping(timeout);
                if (timeout == TimeSpan.Zero)
                {
                    Abort();
                }

                await SettleAllAsync(timeout).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                host.ReportError(e);
                Try(Abort);
            }

            // On a thread of the pool: this may be a continuation that runs on a worker, and the workers are waited for.
            bool haveLoadsEnded = await Task.Run(EndThreads).ConfigureAwait(false);
            Try(host.Ticker.Dispose);
            if (haveLoadsEnded)
            {
                Try(host.Loader.Dispose);
            }
            else
            {
                // The load that goes on uses the loader; the garbage collector frees it afterwards.
                Try(() => host.Audit?.LoadAbandoned(LoadStopTimeout));
            }

            Try(host.Services.Deadlines.Dispose);
            Try(host.Events.Complete);
            Try(host.Meter.Dispose);
            Try(() => host.Audit?.HostStopped(host.Accounts.Statistics));
        }
        finally
        {
            Volatile.Write(ref _state, (int)State.Stopped);
            _stopped.SetResult();
        }
    }

    private async Task SettleAllAsync(TimeSpan timeout)
    {
        // When the timeout is over, guests are interrupted. Handlers in .NET cannot be, and get a further time before they are given up.
        TimeSpan further = host.Options.HandlerStopTimeout + EpochTicker.Tick;
        Timer deadline = new(
            _ => Try(Escalate),
            null,
            Timers.Clamp(IsAborting ? further : timeout),
            Timers.Clamp(further)
        );
        await DrainAsync(host.Accounts.WhenDrained()).ConfigureAwait(false);
        // Workers no longer wait for subscribers that are slow to read.
        host.Events.Room.End();
        CloseAll();
        await DrainAsync(host.Accounts.WhenEmpty()).ConfigureAwait(false);
        await deadline.DisposeAsync().ConfigureAwait(false);
    }

    private Task DrainAsync(Task done) => host.Pump?.PumpUntilAsync(done, CancellationToken.None) ?? done;

    /// <summary>Called when a time is over: interrupts the guests first, and gives up the handlers the next time.</summary>
    private void Escalate()
    {
        if (IsAborting)
        {
            AbandonHandlers();
        }
        else
        {
            Abort();
        }
    }

    private void Abort()
    {
        if (TryEnter(State.Aborting, from: State.Draining))
        {
            host.IsAborting = true;
            // A subscriber that does not read its events does not keep the host from stopping.
            host.Events.Room.End();
            CloseAll();
        }
    }

    private void AbandonHandlers()
    {
        foreach (Receiver receiver in host.Accounts.Receivers)
        {
            if (receiver.TryAbandon($"{Reason}, and the endpoint's handler did not return"))
            {
                host.Audit?.HandlerAbandoned(receiver.Self.Id);
                host.Dispatcher.Abandon(receiver);
                host.Accounts.CheckDrained();
            }
        }
    }

    private void CloseAll()
    {
        foreach (Receiver receiver in host.Accounts.Receivers)
        {
            receiver.Close(Reason);
        }
    }

    private bool TryEnter(State to, State from) =>
        Interlocked.CompareExchange(ref _state, (int)to, (int)from) == (int)from;

    /// <summary>Ends the threads that run guests.</summary>
    /// <returns>Whether those that load have ended; else one may be in a compiler or a file still, and ends later.</returns>
    private bool EndThreads()
    {
        Try(() => host.Workers?.Dispose());
        Try(() => host.BuilderThreads?.Dispose());
        // This interrupts the loads at the next tick.
        host.IsAborting = true;
        bool haveLoadsEnded = false;
        Try(() => haveLoadsEnded = host.Loads.TryEnd(LoadStopTimeout));
        return haveLoadsEnded;
    }

    /// <summary>Runs a step of the stop; an exception is reported, so that the other steps are done all the same.</summary>
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            host.ReportError(e);
        }
    }
}
