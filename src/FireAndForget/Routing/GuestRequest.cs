namespace FireAndForget.Routing;

/// <summary>A request of a guest. Its reply waits beside the guest's mailbox until it is delivered.</summary>
/// <param name="requests">The open requests of its sender.</param>
internal sealed class GuestRequest(OpenRequests requests) : OpenRequest(requests)
{
    /// <summary>The number of the first reply as a message. It is greater than any number that a mailbox can reach.</summary>
    private const long FirstReply = 1L << 62;

    /// <summary>Who was asked.</summary>
    public string Responder { get; private set; } = "";

    /// <summary>What came of it, once it has ended.</summary>
    public ReplyOutcome Outcome { get; private set; }

    /// <summary>The answer, where there is one.</summary>
    public ReadOnlySpan<byte> Bytes => Outcome == ReplyOutcome.Handled ? AnswerBytes.Span : default;

    /// <summary>The number of its reply as a message.</summary>
    public long ReplyNumber => FirstReply + (long)Number;

    /// <summary>
    /// How many messages the requester's mailbox had accepted when the request ended: these are delivered before the reply.
    /// </summary>
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

    public override void Complete() => Requests.Wake();

    /// <summary>Lets the object become another request, because the request was refused or nothing refers to it any more.</summary>
    public void Free()
    {
        Reset();
        Requests.ReturnToPool(this);
    }
}
