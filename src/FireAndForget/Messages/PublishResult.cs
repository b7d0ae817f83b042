namespace FireAndForget;

/// <summary>What became of a publish at once; see <see cref="MessagingEndpoint.Publish"/>.</summary>
/// <param name="Status">
/// <see cref="SendStatus.Accepted"/>, also where nobody subscribes or no subscriber accepted the message; or why the publish was refused
/// as a whole, in which case no subscriber got it.
/// </param>
/// <param name="Accepted">For how many subscribers the message was accepted: each is a message of its own.</param>
/// <param name="Refused">For how many subscribers it was refused, such as for a full mailbox; each is counted and told of for itself.</param>
public readonly record struct PublishResult(SendStatus Status, int Accepted, int Refused);
