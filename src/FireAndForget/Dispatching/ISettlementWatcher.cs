namespace FireAndForget.Dispatching;

/// <summary>
/// Called with what a receiver settles. It reports to another host the outcomes of messages that were sent there. It runs on the
/// thread that settles, perhaps under a mailbox's lock, so it does not wait.
/// </summary>
internal interface ISettlementWatcher
{
    /// <summary>
    /// Called for a message with another outcome than handled, before its reporting ends and so before the turn ends.
    /// </summary>
    /// <param name="origin">Where the message came from, as its slot says.</param>
    /// <param name="number">Its number, <see cref="Receiver.NumbersBefore"/> included.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">Why.</param>
    void EndedOtherwise(uint origin, long number, Outcome outcome, string reason);

    /// <summary>Called after each turn, in which messages may have been settled and room may have been made.</summary>
    void TurnEnded();
}
