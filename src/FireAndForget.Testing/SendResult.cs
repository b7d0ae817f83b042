namespace FireAndForget.Testing;

/// <summary>What became of a message that a test sent.</summary>
public sealed class SendResult
{
    private readonly TestHost _host;
    private readonly string _what;

    internal SendResult(TestHost host, string what, SendStatus status, Outcome? outcome, string reason)
    {
        _host = host;
        _what = what;
        Status = status;
        Outcome = outcome;
        Reason = reason;
    }

    /// <summary>The status that the send was answered with.</summary>
    public SendStatus Status { get; }

    /// <summary>
    /// The message's outcome; null where it was refused, or still waits because its receiver pauses before a restart:
    /// <see cref="TestHost.AdvanceAsync"/> ends the pause.
    /// </summary>
    public Outcome? Outcome { get; }

    /// <summary>Why it was refused or not handled; empty where it was handled, or there is no more to say.</summary>
    public string Reason { get; }

    /// <summary>Asserts that it was accepted and handled.</summary>
    /// <exception cref="TestFailedException">It was not.</exception>
    public void AssertHandled() => AssertOutcome(FireAndForget.Outcome.Handled);

    /// <summary>Asserts that it was accepted and had this outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="reason">What the reason contains, compared by code points.</param>
    /// <exception cref="ArgumentNullException">The reason is null.</exception>
    /// <exception cref="TestFailedException">It was refused, waits still, or had another outcome or reason.</exception>
    public void AssertOutcome(Outcome outcome, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (Status != SendStatus.Accepted || Outcome != outcome || !Reason.Contains(reason, StringComparison.Ordinal))
        {
            throw _host.Failure($"{_what} was to be {outcome}{Because(reason)}, and was {this}.");
        }
    }

    /// <summary>Asserts that it was refused.</summary>
    /// <param name="status">The status that it must be refused with.</param>
    /// <param name="reason">What the reason contains, compared by code points.</param>
    /// <exception cref="ArgumentException">The status is <see cref="SendStatus.Accepted"/>.</exception>
    /// <exception cref="ArgumentNullException">The reason is null.</exception>
    /// <exception cref="TestFailedException">It was accepted, or refused with another answer or reason.</exception>
    public void AssertRefused(SendStatus status, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (status == SendStatus.Accepted)
        {
            throw new ArgumentException("Accepted is no refusal; assert the outcome instead.", nameof(status));
        }

        if (Status != status || !Reason.Contains(reason, StringComparison.Ordinal))
        {
            throw _host.Failure($"{_what} was to be refused with {status}{Because(reason)}, and was {this}.");
        }
    }

    /// <summary>The outcome or the refusal, with its reason.</summary>
    public override string ToString()
    {
        string what =
            Status != SendStatus.Accepted ? $"refused with {Status}"
            : Outcome is { } outcome ? outcome.ToString()
            : "still waiting";
        return Reason.Length == 0 ? what : $"{what} ({MessageText.OneLine(Reason)})";
    }

    private static string Because(string reason) => reason.Length == 0 ? "" : $" with '{reason}' in its reason";
}
