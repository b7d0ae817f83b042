namespace FireAndForget.Routing;

/// <summary>Waits for the outcome of one message. The message's context refers to the listener.</summary>
internal abstract class OutcomeListener
{
    /// <summary>
    /// Reserves what the message needs of its sender. It is called after all checks, right before the message goes into the
    /// mailbox.
    /// </summary>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the message is refused.</returns>
    public virtual SendStatus Reserve() => SendStatus.Accepted;

    /// <summary>Gives back what was reserved, because the mailbox refused the message.</summary>
    public virtual void GiveBack() { }

    /// <summary>
    /// Called once, when the message has its outcome and that is counted. It runs on the thread that settles the message, perhaps
    /// under a mailbox's lock, so it calls no user code and does not wait.
    /// </summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">Why the message has this outcome; empty where it was handled.</param>
    /// <param name="number">The message's number.</param>
    public abstract void Settled(Outcome outcome, string reason, long number);
}
