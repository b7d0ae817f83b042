namespace FireAndForget.Routing;

/// <summary>A request of a guest, whose reply waits for it beside its mailbox.</summary>
/// <param name="requests">The open requests of its sender.</param>
/// <param name="timeout">How long it may be open.</param>
/// <param name="responder">Who was asked.</param>
internal sealed class GuestRequest(OpenRequests requests, TimeSpan timeout, string responder)
    : OpenRequest(requests, timeout)
{
    /// <summary>From here on replies are numbered as messages: no mailbox ever counts so far.</summary>
    private const long FirstReply = 1L << 62;

    public string Responder => responder;

    /// <summary>What came of it, once it has ended.</summary>
    public ReplyOutcome Outcome { get; private set; }

    /// <summary>The answer, where there is one.</summary>
    public ReadOnlyMemory<byte> Bytes => Outcome == ReplyOutcome.Handled ? Answer : default;

    /// <summary>The number of its reply as a message.</summary>
    public long ReplyNumber => FirstReply + (long)Number;

    /// <summary>How many messages its sender's mailbox had accepted when it ended: these come before its reply.</summary>
    public long Position { get; set; }

    public override void End(ReplyOutcome outcome, string reason)
    {
        Outcome = outcome;
        Requests.Keep(this);
    }

    public override void Tell() => Requests.Wake();
}
