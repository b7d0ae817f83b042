using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Diagnostics;
using FireAndForget.Wording;

namespace FireAndForget.Routing;

/// <summary>
/// The activities of a message, as docs/observability.md lists them: its send, its handling, and its end where it was never
/// handled. Whatever their listeners throw ends here.
/// </summary>
internal static class MessageTraces
{
    private static readonly ActivitySource Source = new(TelemetryNames.Source, TelemetryNames.Version);

    public static bool HasListeners => Source.HasListeners();

    /// <summary>
    /// Starts the activity of a send as a child of the current one; null where the send is not traced. A send within a recorded
    /// activity is traced while that activity's budget lasts. Of all others those are traced that the sampling picks, where a
    /// listener wants them.
    /// </summary>
    /// <param name="sender">The sender's id.</param>
    /// <param name="target">The target's id; null where there is no such target.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="isItsTurn">Whether the sampling of its sender picks this send.</param>
    /// <param name="budget">The budget of what follows from the message.</param>
    public static Activity? StartSend(string sender, string? target, int length, bool isItsTurn, out TraceBudget budget)
    {
        Activity? current = Activity.Current;
        bool isWithin = current is { IsAllDataRequested: true };
        TraceBudget? shared = isWithin ? TraceBudget.Of(current!) : null;
        budget = shared ?? new();
        bool isTraced = shared?.TryTake() ?? (isWithin || isItsTurn);
        return isTraced
            ? Start(
                ActivityKind.Producer,
                TelemetryNames.Send,
                target,
                default,
                length,
                new KeyValuePair<string, object?>(TelemetryNames.Client, sender)
            )
            : null;
    }

    /// <summary>Starts the activity of a message's handling, as a child of its send.</summary>
    public static Activity? StartProcess(MessageContext context, string target)
    {
        Activity? activity = Start(
            ActivityKind.Consumer,
            TelemetryNames.Process,
            target,
            context.Send!.Context,
            context.Length
        );
        if (activity is not null)
        {
            context.Budget!.AttachTo(activity);
        }

        return activity;
    }

    /// <summary>Starts the activity that tells the end of a message that was not handled.</summary>
    public static Activity? StartSettle(MessageContext context, string target) =>
        Start(ActivityKind.Client, TelemetryNames.Settle, target, context.Send!.Context, context.Length);

    /// <summary>Ends an activity, where there is one.</summary>
    /// <param name="activity">The activity.</param>
    /// <param name="error">The refusal or outcome where it is a failure; null where it is none.</param>
    /// <param name="reason">What there is to say of it.</param>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a listener throws, the host goes on.")]
    public static void End(Activity? activity, string? error, string reason)
    {
        if (activity is null)
        {
            return;
        }

        if (error is not null)
        {
            activity.SetTag(TelemetryNames.ErrorType, error);
            activity.SetStatus(ActivityStatusCode.Error, reason.Length == 0 ? null : LogText.Clean(reason));
        }

        try
        {
            activity.Stop();
        }
        catch (Exception)
        {
            Activity.Current = activity.Parent;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a listener throws, the host goes on.")]
    private static Activity? Start(
        ActivityKind kind,
        string operation,
        string? destination,
        ActivityContext parent,
        int length,
        params ReadOnlySpan<KeyValuePair<string, object?>> more
    )
    {
        List<KeyValuePair<string, object?>> tags =
        [
            new(TelemetryNames.System, TelemetryNames.SystemName),
            new(TelemetryNames.Operation, operation),
            new(TelemetryNames.OperationType, operation),
            new(TelemetryNames.BodySize, length),
            .. more,
        ];
        if (destination is not null)
        {
            tags.Add(new(TelemetryNames.Destination, destination));
        }

        Activity? before = Activity.Current;
        try
        {
            string name = destination is null ? operation : $"{operation} {destination}";
            Activity? activity = Source.StartActivity(name, kind, parent, tags);
            if (activity is { IsAllDataRequested: false })
            {
                // Nobody records the activity: it would only propagate a context.
                activity.Stop();
                return null;
            }

            return activity;
        }
        catch (Exception)
        {
            Activity.Current = before;
            return null;
        }
    }
}
