using System.Globalization;
using FireAndForget.Dispatching;
using FireAndForget.Time;

namespace FireAndForget.Components;

// What happens when an instance does not survive a message: a fresh one, now or after a pause, or the end.
internal sealed partial class ComponentReceiver
{
    private void EndAndRestart(Outcome outcome, string reason)
    {
        _hasEnded = true;
        EndInstance();
        // An interruption by the host is no fault of the guest, and the host is stopping.
        if (outcome != Outcome.Undeliverable)
        {
            Restart(reason);
        }
    }

    /// <summary>
    /// Makes a fresh instance, now or after a pause; an instance that cannot be made costs another restart. The component stops
    /// where no restart is left. Where another version waits to take over, its instance is the fresh one.
    /// </summary>
    private void Restart(string reason)
    {
        // A host that is about to close all receivers interrupts each start, which is no fault of the guest.
        while (!IsStopped && !IsReplaced && !_services.IsAborting())
        {
            TimeSpan? pause = _restarts.TryTake();
            if (pause is null)
            {
                StopForGood(reason);
                return;
            }

            if (pause > TimeSpan.Zero)
            {
                _restartReason = reason;
                _pause = _services.Time.CreateTimer(
                    _ => RestartNow(),
                    null,
                    Timers.Clamp(pause.Value),
                    Timeout.InfiniteTimeSpan
                );
                return;
            }

            if (!FailsToBuild(ref reason))
            {
                return;
            }
        }
    }

    private void EndInstance()
    {
        if (_guest is { } ended)
        {
            _guest = null;
            Requests.EndAllUnanswered();
            // Disposing is guarded, because the guest's last output goes to the user's log, which may throw.
            Guard(ended.Dispose);
        }
    }

    private void EndPause()
    {
        if (_pause is { } ended)
        {
            _pause = null;
            // Disposing is guarded, because the timer belongs to the user's clock, which may throw.
            Guard(ended.Dispose);
        }
    }

    private void RestartAfterPause()
    {
        _restartDue = false;
        EndPause();
        // Where the component was replaced meanwhile, there is an instance or one is being made.
        if (_guest is null && _build is null)
        {
            Ledger.BeginReporting();
            try
            {
                string reason = _restartReason;
                if (FailsToBuild(ref reason))
                {
                    Restart(reason);
                }
            }
            finally
            {
                Ledger.EndReporting();
            }
        }
    }

    private void RestartNow()
    {
        _restartDue = true;
        Wake();
    }

    /// <summary>
    /// Begins to make a fresh instance: on a builder's thread where there are builders, else here and now. A caller who waits until
    /// everything is settled waits for it.
    /// </summary>
    /// <param name="reason">Why it is made; where it could not be, the reason for that.</param>
    /// <returns>Whether it was made here and failed.</returns>
    private bool FailsToBuild(ref string reason)
    {
        InstanceBuild build = new(_version, reason, _isSlow, _services.Ticker, Wake);
        Ledger.BeginReporting();
        _build = build;
        if (_services.InstanceBuilders is { } builders)
        {
            builders.Add(build);
            return false;
        }

        build.Make();
        return !TryTake(build, out reason);
    }

    private void TakeBuild()
    {
        Ledger.BeginReporting();
        try
        {
            if (!TryTake(_build!, out string failure))
            {
                Restart(failure);
            }
        }
        finally
        {
            Ledger.EndReporting();
        }
    }

    /// <summary>Takes over the instance that was made; false where there is none.</summary>
    private bool TryTake(InstanceBuild build, out string failure)
    {
        _build = null;
        try
        {
            failure = build.Failure;
            _isSlow = build.Ticks > InstanceBuilders.MostTicks;
            if (build.Guest is null)
            {
                return false;
            }

            _guest = build.Guest;
            RecordMemory();
            Volatile.Write(ref _restarted, _restarted + 1);
            Events.Publish(new ComponentRestarted { Component = Self.Id, Reason = build.Reason });
            return true;
        }
        finally
        {
            Ledger.EndReporting();
        }
    }

    private void StopForGood(string reason)
    {
        RestartOptions restart = _version.Options.Restart;
        Stop(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{reason}; no restart is left of {restart.Max} in {restart.Window.TotalSeconds} s"
            )
        );
    }
}
