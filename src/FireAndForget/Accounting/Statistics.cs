using FireAndForget.Accounting;

namespace FireAndForget;

/// <summary>
/// What became of the messages to one receiver. In each snapshot <c>Accepted = Handled + Rejected + Trapped + TimedOut + Evicted +
/// Undeliverable + Lost + Queued + InFlight</c>.
/// </summary>
public sealed record MessageStatistics
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

    /// <summary>Requests of the receiver itself that were accepted; see <see cref="MessagingEndpoint.RequestAsync(string, ReadOnlySpan{byte}, TimeSpan, CancellationToken)"/>.</summary>
    public long Requests { get; init; }

    /// <summary>
    /// Answers to its requests that came too late, and were dropped. They are no messages. A reply that came in time is one, and in
    /// <see cref="Accepted"/> and <see cref="Handled"/>.
    /// </summary>
    public long LateReplies { get; init; }

    /// <summary>
    /// Later messages of the receiver itself that wait for their time; see <see cref="MessagingEndpoint.SendLater"/>. They are sent, and
    /// accepted or refused, when they are due.
    /// </summary>
    public long Scheduled { get; init; }

    /// <summary>Messages that have their outcome, whichever it is.</summary>
    public long Settled => Handled + Rejected + Trapped + TimedOut + Evicted + Undeliverable + Lost;

    /// <summary>The counts in a line.</summary>
    /// <returns>How many were accepted, and every other count that is not 0.</returns>
    public override string ToString() => StatisticsText.Of(this);

    /// <summary>The sum of two snapshots, number by number.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArgumentNullException">The other one is null.</exception>
    public MessageStatistics Plus(MessageStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new()
        {
            Accepted = Accepted + other.Accepted,
            Handled = Handled + other.Handled,
            Rejected = Rejected + other.Rejected,
            Trapped = Trapped + other.Trapped,
            TimedOut = TimedOut + other.TimedOut,
            Evicted = Evicted + other.Evicted,
            Undeliverable = Undeliverable + other.Undeliverable,
            Lost = Lost + other.Lost,
            Queued = Queued + other.Queued,
            InFlight = InFlight + other.InFlight,
            InMailboxes = InMailboxes + other.InMailboxes,
            Requests = Requests + other.Requests,
            LateReplies = LateReplies + other.LateReplies,
            Scheduled = Scheduled + other.Scheduled,
        };
    }
}

/// <summary>
/// What became of all sends of a host, since it was made; components that were removed are in it. In each snapshot <c>Sent =
/// Accepted + Refused</c>, and <see cref="Messages"/> balances as that of each receiver does.
/// </summary>
public sealed record HostStatistics
{
    /// <summary>Sends that were refused.</summary>
    public long Refused { get; init; }

    /// <summary>All sends of all senders: accepted and refused.</summary>
    public long Sent => Accepted + Refused;

    /// <summary>What became of the accepted messages: the sum over all receivers.</summary>
    public MessageStatistics Messages { get; init; } = new();

    /// <inheritdoc cref="MessageStatistics.Accepted"/>
    public long Accepted => Messages.Accepted;

    /// <inheritdoc cref="MessageStatistics.Handled"/>
    public long Handled => Messages.Handled;

    /// <inheritdoc cref="MessageStatistics.Rejected"/>
    public long Rejected => Messages.Rejected;

    /// <inheritdoc cref="MessageStatistics.Trapped"/>
    public long Trapped => Messages.Trapped;

    /// <inheritdoc cref="MessageStatistics.TimedOut"/>
    public long TimedOut => Messages.TimedOut;

    /// <inheritdoc cref="MessageStatistics.Evicted"/>
    public long Evicted => Messages.Evicted;

    /// <inheritdoc cref="MessageStatistics.Undeliverable"/>
    public long Undeliverable => Messages.Undeliverable;

    /// <inheritdoc cref="MessageStatistics.Lost"/>
    public long Lost => Messages.Lost;

    /// <inheritdoc cref="MessageStatistics.Queued"/>
    public long Queued => Messages.Queued;

    /// <inheritdoc cref="MessageStatistics.InFlight"/>
    public long InFlight => Messages.InFlight;

    /// <inheritdoc cref="MessageStatistics.InMailboxes"/>
    public long InMailboxes => Messages.InMailboxes;

    /// <summary>Requests that were accepted, of all components and endpoints.</summary>
    public long Requests => Messages.Requests;

    /// <summary>Answers that came too late, and were dropped.</summary>
    public long LateReplies => Messages.LateReplies;

    /// <summary>Later messages that wait for their time, of all senders; none when the host has stopped.</summary>
    public long Scheduled => Messages.Scheduled;

    /// <inheritdoc cref="MessageStatistics.Settled"/>
    public long Settled => Messages.Settled;

    /// <summary>The counts in a line.</summary>
    /// <returns>How many were sent, accepted and refused, and every other count that is not 0.</returns>
    public override string ToString() => StatisticsText.Of(this);
}
