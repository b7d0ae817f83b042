namespace FireAndForget.Cli;

/// <summary>What the live table shows of one receiver.</summary>
/// <param name="Id">The receiver's id.</param>
internal sealed record WatchRow(string Id)
{
    /// <summary>Messages in its mailbox.</summary>
    public long Depth { get; set; }

    /// <summary>Messages that it was sent and that were accepted.</summary>
    public long Accepted { get; set; }

    public long Handled { get; set; }

    /// <summary>Messages that ended otherwise, by their outcome.</summary>
    public Dictionary<string, long> Failed { get; } = [];

    public long Restarts { get; set; }

    /// <summary>Messages that have their outcome.</summary>
    public long Settled => Handled + Failed.Values.Sum();
}
