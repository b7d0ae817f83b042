namespace FireAndForget;

/// <summary>What became of a publish at once; see <see cref="MessagingEndpoint.Publish"/>.</summary>
public readonly record struct PublishResult
{
    /// <summary>
    /// <see cref="SendStatus.Accepted"/>, also where nobody subscribes or no subscriber accepted the message; or why the publish was
    /// refused as a whole, in which case no subscriber got it.
    /// </summary>
    public SendStatus Status { get; init; }

    /// <summary>How many subscribers accepted the message, which is a message of its own for each.</summary>
    public int Accepted { get; init; }

    /// <summary>How many subscribers refused it, for example because their mailbox was full. Each refusal is counted and reported.</summary>
    public int Refused { get; init; }
}
