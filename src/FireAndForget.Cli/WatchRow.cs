namespace FireAndForget.Cli;

/// <summary>What the live table shows of one receiver, as it is at one moment.</summary>
/// <param name="Id">The receiver's id.</param>
/// <param name="Messages">What became of the messages to it.</param>
/// <param name="Restarts">How many fresh instances it got.</param>
internal sealed record WatchRow(string Id, MessageStatistics Messages, long Restarts)
{
    /// <summary>Messages that have no outcome yet.</summary>
    public long Depth => Messages.Queued + Messages.InFlight;

    /// <summary>Messages that have their outcome.</summary>
    public long Settled => Messages.Accepted - Depth;
}
