using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>One request, from its send until it has its reply; see <see cref="OpenRequests"/>.</summary>
/// <param name="requests">The open requests of its sender.</param>
/// <param name="timeout">How long it may be open.</param>
internal abstract class OpenRequest(OpenRequests requests, TimeSpan timeout) : OutcomeListener, IDeadline
{
    public TimeSpan Timeout => timeout;

    /// <summary>Its number, which no other request of its sender has or had; 0 before it is opened.</summary>
    public ulong Number { get; set; }

    /// <summary>Whether it ended because the instance that asked is not there any more: then its reply is late whatever it tells.</summary>
    public bool IsForsaken { get; set; }

    protected OpenRequests Requests => requests;

    /// <summary>The answer that was taken; it counts where the request's message is handled.</summary>
    protected byte[] Answer { get; private set; } = [];

    TimeSpan IDeadline.Due { get; set; }

    int IDeadline.Place { get; set; } = -1;

    public override SendStatus Reserve() => requests.TryOpen(this);

    public override void GiveBack() => requests.TryTakeOut(this);

    /// <summary>Takes the responder's answer; the reply is given when the request has its outcome.</summary>
    /// <returns>Null, or why the request is rejected.</returns>
    public string? Take(Answer answer) => answer.Rejection ?? Take(answer.Bytes.Span);

    /// <summary>As the other, for an answer that is no rejection.</summary>
    public string? Take(ReadOnlySpan<byte> answer)
    {
        if (answer.Length > requests.LargestAnswer)
        {
            return FormattableString.Invariant(
                $"the answer has {answer.Length} bytes, and who asked accepts at most {requests.LargestAnswer}"
            );
        }

        // What comes too late is not kept.
        if (requests.IsOpen(this))
        {
            Answer = answer.ToArray();
        }

        return null;
    }

    public override void Settled(Outcome outcome, string reason, long number)
    {
        bool isInTime = requests.TryReply(this, OutcomeOfReply(outcome), reason);
        if (!isInTime && (outcome == Outcome.Handled || IsForsaken))
        {
            requests.CountLate();
        }
    }

    public void Expire() => requests.TryReply(this, ReplyOutcome.TimedOut, $"there was no answer within {timeout}");

    /// <summary>It has ended with a reply. Under the lock of the open requests.</summary>
    public abstract void End(ReplyOutcome outcome, string reason);

    /// <summary>Tells who waits that it has ended so, outside of that lock.</summary>
    public virtual void Tell() { }

    private static ReplyOutcome OutcomeOfReply(Outcome outcome) =>
        outcome switch
        {
            Outcome.Handled => ReplyOutcome.Handled,
            Outcome.Rejected => ReplyOutcome.Rejected,
            Outcome.Trapped => ReplyOutcome.Trapped,
            Outcome.TimedOut => ReplyOutcome.TimedOut,
            _ => ReplyOutcome.Undeliverable,
        };
}
