using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What came of a request: an answer, or why there is none.</summary>
public readonly struct Reply
{
    private readonly string? _reason;

    internal Reply(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
    }

    internal Reply(ReplyOutcome outcome, string reason, SendStatus status = SendStatus.Accepted)
    {
        Outcome = outcome;
        Status = status;
        _reason = reason;
    }

    /// <summary>How the request ended.</summary>
    public ReplyOutcome Outcome { get; }

    /// <summary>Whether there is an answer.</summary>
    public bool IsHandled => Outcome == ReplyOutcome.Handled;

    /// <summary>The answer, the caller's own copy; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Why there is no answer, in words; empty where there is one.</summary>
    public string Reason => _reason ?? "";

    /// <summary>Why the host refused the request, where <see cref="Outcome"/> is <see cref="ReplyOutcome.Refused"/>; else <see cref="SendStatus.Accepted"/>.</summary>
    public SendStatus Status { get; }

    /// <summary>What came of the request, in a line.</summary>
    /// <returns>The outcome, and the answer's length or the reason, with nothing in it that a terminal obeys.</returns>
    public override string ToString() =>
        PlainText.Escape(
            IsHandled ? FormattableString.Invariant($"{Outcome}: {Bytes.Length} bytes") : $"{Outcome}: {Reason}"
        );
}
