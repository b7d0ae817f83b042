namespace FireAndForget.Routing;

/// <summary>Waits for the outcome of one message, whose context knows it.</summary>
internal abstract class OutcomeListener
{
    /// <summary>Takes what the message needs of its sender, behind all checks and right before it goes into the mailbox.</summary>
    /// <returns><see cref="SendStatus.Accepted"/>, or why the message is refused.</returns>
    public virtual SendStatus Reserve() => SendStatus.Accepted;

    /// <summary>Gives that back: the mailbox has refused the message.</summary>
    public virtual void GiveBack() { }

    /// <summary>
    /// The message has its outcome, which is counted already. Called once, by whichever thread settles it, perhaps under a mailbox's
    /// lock: it runs nobody else's code and does not wait.
    /// </summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">Why; empty where it was handled.</param>
    /// <param name="number">The message's number.</param>
    public abstract void Settled(Outcome outcome, string reason, long number);
}
