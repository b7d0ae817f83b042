namespace FireAndForget.Dispatching;

/// <summary>
/// Told what a receiver settles, by who answers elsewhere for messages that are handled here. Called on whichever thread settles,
/// perhaps under a mailbox's lock: it does not wait.
/// </summary>
internal interface ISettlementWatcher
{
    /// <summary>A message ended otherwise than handled. Before the reporting of it ends, and so before the turn does.</summary>
    /// <param name="origin">Where the message came from, as its slot says.</param>
    /// <param name="number">Its number, <see cref="Receiver.NumbersBefore"/> included.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">Why.</param>
    void EndedOtherwise(uint origin, long number, Outcome outcome, string reason);

    /// <summary>A turn has ended, in which messages may have been settled and room may have been made.</summary>
    void TurnEnded();
}
