namespace FireAndForget;

/// <summary>
/// What became of the messages to one receiver, or to all. In each snapshot <c>Accepted = Handled + Rejected + Trapped +
/// TimedOut + Evicted + Undeliverable + Lost + Queued + InFlight</c>.
/// </summary>
public record MessageStatistics
{
    /// <summary>Messages that were accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Messages that ended as <see cref="Outcome.Handled"/>.</summary>
    public long Handled { get; init; }

    /// <summary>Messages that ended as <see cref="Outcome.Rejected"/>.</summary>
    public long Rejected { get; init; }

    /// <summary>Messages that ended as <see cref="Outcome.Trapped"/>.</summary>
    public long Trapped { get; init; }

    /// <summary>Messages that ended as <see cref="Outcome.TimedOut"/>.</summary>
    public long TimedOut { get; init; }

    /// <summary>Messages that ended as <see cref="Outcome.Evicted"/>.</summary>
    public long Evicted { get; init; }

    /// <summary>Messages that ended as <see cref="Outcome.Undeliverable"/>.</summary>
    public long Undeliverable { get; init; }

    /// <summary>Messages that ended as <see cref="Outcome.Lost"/>: none on a single host.</summary>
    public long Lost { get; init; }

    /// <summary>Messages that wait.</summary>
    public long Queued { get; init; }

    /// <summary>Messages that a worker has taken and that have no outcome yet.</summary>
    public long InFlight { get; init; }

    /// <summary>
    /// What the mailboxes hold by their own count, which knows nothing of outcomes: at rest it equals <see cref="Queued"/> +
    /// <see cref="InFlight"/>.
    /// </summary>
    public long InMailboxes { get; init; }
}
