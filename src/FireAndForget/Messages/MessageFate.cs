using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>What became of one message; see <see cref="MessagingEndpoint.SendAndWaitAsync"/>.</summary>
public sealed class MessageFate
{
    /// <summary>What the send was answered with. Where that is not <see cref="SendStatus.Accepted"/> the message was not queued.</summary>
    public SendStatus Status { get; init; }

    /// <summary>The message's outcome; null where it was refused.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Why it was refused or not handled, in words, as in its dead letter; empty where it was handled.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The message's number, unique for its sender and receiver; 0 where it was refused. See <see cref="ReceivedMessage.Number"/>.</summary>
    public long Number { get; init; }

    /// <summary>Whether it was handled.</summary>
    public bool IsHandled => Outcome == FireAndForget.Outcome.Handled;

    /// <summary>What became of it, in a line.</summary>
    /// <returns>The outcome or the send's answer, and the reason, with nothing in it that a terminal obeys.</returns>
    public override string ToString() =>
        PlainText.Escape((Outcome?.ToString() ?? Status.ToString()) + (Reason.Length == 0 ? "" : $": {Reason}"));
}
