namespace FireAndForget;

/// <summary>What a later message was answered with; see <see cref="MessagingEndpoint.SendLater"/>.</summary>
public readonly record struct LaterResult
{
    /// <summary><see cref="SendStatus.Accepted"/> where the message waits for its time, or why it was refused.</summary>
    public SendStatus Status { get; init; }

    /// <summary>The number under which <see cref="MessagingEndpoint.CancelLater"/> cancels it; 0 where it was refused.</summary>
    public long Number { get; init; }
}
