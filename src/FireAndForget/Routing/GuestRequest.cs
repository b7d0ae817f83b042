namespace FireAndForget.Routing;

/// <summary>A request of a guest, whose reply waits for it beside its mailbox.</summary>
/// <param name="requests">The open requests of its sender.</param>
internal sealed class GuestRequest(OpenRequests requests) : OpenRequest(requests)
{
    /// <summary>From here on replies are numbered as messages: no mailbox ever counts so far.</summary>
    private const long FirstReply = 1L << 62;

    /// <summary>Who was asked.</summary>
    public string Responder { get; private set; } = "";

    /// <summary>What came of it, once it has ended.</summary>
    public ReplyOutcome Outcome { get; private set; }

    /// <summary>The answer, where there is one.</summary>
    public ReadOnlySpan<byte> Bytes => Outcome == ReplyOutcome.Handled ? AnswerBytes.Span : default;

    /// <summary>The number of its reply as a message.</summary>
    public long ReplyNumber => FirstReply + (long)Number;

    /// <summary>How many messages its sender's mailbox had accepted when it ended: these come before its reply.</summary>
    public long Position { get; set; }

    /// <summary>Becomes a request that is not sent yet.</summary>
    public void Prepare(TimeSpan timeout, string responder)
    {
        Timeout = timeout;
        Responder = responder;
    }

    public override void End(ReplyOutcome outcome, string reason, bool isAnswered)
    {
        base.End(outcome, reason, isAnswered);
        Outcome = outcome;
        Requests.KeepReply(this);
    }

    public override void Tell() => Requests.Wake();

    /// <summary>Nobody means it any more, or it was refused: it may be another request.</summary>
    public void Free()
    {
        Reset();
        Requests.Keep(this);
    }
}
