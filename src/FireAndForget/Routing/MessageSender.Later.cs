namespace FireAndForget.Routing;

// Later messages: checked when they are given, and sent like any other when they are due.
internal sealed partial class MessageSender
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365_000);

    /// <summary>What later messages need of the host; null: this sender can have none.</summary>
    public LaterServices? Later { get; init; }

    /// <summary>Schedules a message.</summary>
    /// <param name="target">The target; it need not be registered yet.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="delay">The time, not negative.</param>
    /// <param name="number">The number under which it can be cancelled; 0 where it is refused.</param>
    public SendStatus SendLater(string target, ReadOnlySpan<byte> message, TimeSpan delay, out long number) =>
        SendLater(_routes.Find(target), message, delay, out number);

    /// <summary>Schedules a message as soon as few enough of the sender's wait.</summary>
    /// <param name="target">The target; it need not be registered yet.</param>
    /// <param name="message">The message, whose bytes are copied then.</param>
    /// <param name="delay">The time from then on, not negative.</param>
    /// <param name="cancellationToken">Ends the waiting for room.</param>
    public async ValueTask<LaterResult> SendLaterAsync(
        string target,
        ReadOnlyMemory<byte> message,
        TimeSpan delay,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Route route = _routes.Find(target);
            SendStatus status = TrySendLater(ref route, message.Span, delay, out long number, out string? reason);
            if (status == SendStatus.Accepted)
            {
                return new() { Status = status, Number = number };
            }

            if (status != SendStatus.QueueFull || EnsureLater()?.CanHaveRoom(message.Length) != true)
            {
                return new() { Status = Refuse(route.TargetId, status, message.Length, reason) };
            }

            await EnsureLater()!.WhenRoom(message.Length).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A guest's later message; null where the target is not UTF-8.</summary>
    /// <param name="target">The target, as the guest names it.</param>
    /// <param name="message">The message, whose bytes are copied.</param>
    /// <param name="delayMs">After how many milliseconds it is sent.</param>
    /// <param name="number">The number under which it can be cancelled; 0 where it is refused.</param>
    public SendStatus? SendLater(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message, ulong delayMs, out ulong number)
    {
        number = 0;
        Route? route = _routes.Find(target);
        if (route is null)
        {
            return null;
        }

        TimeSpan delay =
            delayMs < LongestDelay.TotalMilliseconds ? TimeSpan.FromMilliseconds((long)delayMs) : LongestDelay;
        SendStatus status = SendLater(route, message, delay, out long signed);
        number = (ulong)signed;
        return status;
    }

    /// <summary>Cancels a later message.</summary>
    /// <returns>False where it was sent already, or never scheduled.</returns>
    public bool CancelLater(ulong number) =>
        number <= long.MaxValue && Volatile.Read(ref _later)?.TryCancel((long)number) == true;

    /// <summary>
    /// Sends a later message that is due. Even where the clock of its rate throws, the message is sent or refused.
    /// </summary>
    public void SendDue(string target, ReadOnlySpan<byte> message)
    {
        try
        {
            Send(target, message);
        }
        catch (Exception e)
        {
            Later!.Schedule.Failed(e);
            RefuseLater(target, message.Length);
        }
    }

    /// <summary>Refuses a later message, because the host stops.</summary>
    public void RefuseLater(string target, int length) => Refuse(target, SendStatus.Closed, length, reason: null);

    /// <summary>Cancels the sender's later messages, because it was removed.</summary>
    public void CancelAllLater() => EnsureLater()?.CancelAll();

    private SendStatus SendLater(Route route, ReadOnlySpan<byte> message, TimeSpan delay, out long number)
    {
        SendStatus status = TrySendLater(ref route, message, delay, out number, out string? reason);
        return status == SendStatus.Accepted ? status : Refuse(route.TargetId, status, message.Length, reason);
    }

    /// <summary>Schedules a message. A refusal is neither counted nor published; <paramref name="reason"/> is what there is to say of it.</summary>
    private SendStatus TrySendLater(
        ref Route route,
        ReadOnlySpan<byte> message,
        TimeSpan delay,
        out long number,
        out string? reason
    )
    {
        number = 0;
        reason = null;
        if (route.IsStale)
        {
            route = _routes.Renew(route.TargetId);
        }

        SendStatus status = MessageChecks.CheckLater(route, self, message);
        if (status == SendStatus.Accepted)
        {
            status = EnsureLater()?.TryAdd(route.TargetId, message, delay, out number) ?? SendStatus.Closed;
            reason = WhyNotLater(status);
        }

        return status;
    }

    private static string WhyNotLater(SendStatus status) =>
        status == SendStatus.QueueFull ? "as many later messages of the sender wait as may" : "";

    /// <summary>
    /// Creates the sender's <see cref="LaterMessages"/> with the first of them; null where it can have none, or none any more.
    /// </summary>
    private LaterMessages? EnsureLater()
    {
        if (Volatile.Read(ref _later) is { } known)
        {
            return known;
        }

        if (Later is not { } services)
        {
            return null;
        }

        LaterMessages made = new(this, services);
        if (Interlocked.CompareExchange(ref _later, made, null) is { } other)
        {
            return other;
        }

        if (!services.Schedule.TryAdd(made))
        {
            made.RefuseAll();
        }

        return made;
    }
}
