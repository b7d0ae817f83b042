namespace FireAndForget;

/// <summary>What a later message was answered with; see <see cref="MessagingEndpoint.SendLater"/>.</summary>
/// <param name="Status"><see cref="SendStatus.Accepted"/> where it waits for its time, or why it was refused.</param>
/// <param name="Number">The number under which <see cref="MessagingEndpoint.CancelLater"/> takes it back; 0 where it was refused.</param>
public readonly record struct LaterResult(SendStatus Status, long Number);
