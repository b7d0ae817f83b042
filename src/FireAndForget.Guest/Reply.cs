using System.Text;

namespace FireAndForget.Guests;

/// <summary>The reply to a request: an answer, or why there is none.</summary>
public sealed class Reply
{
    internal Reply(ReplyOutcome outcome, ReadOnlyMemory<byte> bytes)
    {
        Outcome = outcome;
        Bytes = bytes;
    }

    /// <summary>How the request ended.</summary>
    public ReplyOutcome Outcome { get; }

    /// <summary>Whether there is an answer.</summary>
    public bool IsHandled => Outcome == ReplyOutcome.Handled;

    /// <summary>The answer; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The answer as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);
}
