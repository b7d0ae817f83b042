using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using FireAndForget.Diagnostics;

namespace FireAndForget.Routing;

/// <summary>
/// Which messages are observed while somebody listens to metrics or traces, and what is recorded of them: delivery times, and the
/// activities of their way.
/// </summary>
/// <param name="delivery">Takes delivery times in seconds; null: nothing does.</param>
/// <param name="time">The host's clock.</param>
internal sealed class MessageSampling(Histogram<double>? delivery, TimeProvider time)
{
    /// <summary>The first message of each sender is sampled, and then one of this many.</summary>
    public const int Every = 256;

    private volatile bool _isOn;

    /// <summary>Whether somebody listened when <see cref="Look"/> was called last.</summary>
    public bool IsOn => _isOn;

    /// <summary>Whether somebody listens to delivery times.</summary>
    public bool IsTimed => delivery is { Enabled: true };

    /// <summary>Checks whether anybody listens.</summary>
    /// <returns>Whether that has changed: routes have to be decided anew.</returns>
    public bool Look()
    {
        bool isOn = IsTimed || MessageTraces.HasListeners;
        if (isOn == _isOn)
        {
            return false;
        }

        _isOn = isOn;
        return true;
    }

    /// <summary>Records a message that has its outcome.</summary>
    public void Observe(MessageContext context, string target, Outcome outcome, string reason)
    {
        TimeSpan? elapsed = ElapsedSince(context.Sent);
        if (outcome == Outcome.Evicted)
        {
            // This may run under the mailbox's lock, where no user code may run, so the recording goes to the thread pool.
            ThreadPool.UnsafeQueueUserWorkItem(_ => Record(context, target, outcome, reason, elapsed), null);
        }
        else
        {
            Record(context, target, outcome, reason, elapsed);
        }
    }

    /// <summary>The time since a time stamp; zero where the clock was set back, null where the clock throws.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a clock throws, the host goes on.")]
    private TimeSpan? ElapsedSince(long sent)
    {
        try
        {
            return TimeSpan.FromTicks(Math.Max(0, time.GetElapsedTime(sent).Ticks));
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void Record(MessageContext context, string target, Outcome outcome, string reason, TimeSpan? elapsed)
    {
        if (context.IsTimed && elapsed is { } time)
        {
            RecordTime(time, target, outcome);
        }

        Activity? activity = context.Handling;
        if (activity is null && context.Send is not null && outcome is Outcome.Evicted or Outcome.Undeliverable)
        {
            activity = MessageTraces.StartSettle(context, target);
        }

        MessageTraces.End(activity, outcome == Outcome.Handled ? null : TelemetryNames.Of(outcome), reason);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a listener throws, the host goes on.")]
    private void RecordTime(TimeSpan elapsed, string target, Outcome outcome)
    {
        TagList tags = new()
        {
            { TelemetryNames.System, TelemetryNames.SystemName },
            { TelemetryNames.Destination, target },
        };
        if (outcome != Outcome.Handled)
        {
            tags.Add(TelemetryNames.ErrorType, TelemetryNames.Of(outcome));
        }

        try
        {
            delivery!.Record(elapsed.TotalSeconds, tags);
        }
        catch (Exception)
        {
            // There is nobody left to tell.
        }
    }
}
