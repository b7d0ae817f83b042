using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>
/// One request from its send until it has its reply. <see cref="OpenRequests"/> uses the object for another request as soon as
/// nothing refers to this one any more.
/// </summary>
/// <param name="requests">The open requests of its sender.</param>
internal abstract class OpenRequest(OpenRequests requests) : RequestListener, IDeadline
{
    /// <summary>The largest room for answers that is kept, in bytes.</summary>
    private const int LargestKeptRoom = 16 * 1024;

    private bool _isOpen;
    private byte[] _answer = [];
    private int _answerLength;

    /// <summary>Whether the request ended because its message was handled.</summary>
    private bool _isAnswered;

    /// <summary>How long it may be open.</summary>
    public TimeSpan Timeout { get; protected set; }

    /// <summary>Its number, which no other request of its sender has or had; 0 before it is opened.</summary>
    public ulong Number { get; set; }

    /// <summary>
    /// Whether the request has not ended. It is written under the lock of the open requests; a reader without the lock may see an
    /// older value.
    /// </summary>
    public bool IsOpen
    {
        get => Volatile.Read(ref _isOpen);
        set => Volatile.Write(ref _isOpen, value);
    }

    /// <summary>The next request in the same place of the table of open requests, which owns this link.</summary>
    public OpenRequest? Next { get; set; }

    /// <summary>
    /// Whether the request ended because the instance that sent it is gone: then its reply counts as late, whatever it says.
    /// </summary>
    public bool IsInstanceGone { get; set; }

    protected OpenRequests Requests => requests;

    /// <summary>
    /// Whether the object may be used for another request: the message was handled in time, so that only the caller who waits for the reply
    /// refers to it, and neither an abandoned handler nor a deadline does.
    /// </summary>
    public bool CanBePooled => _isAnswered && Place != IDeadline.Expiring;

    /// <summary>
    /// The answer that the responder gave. It is valid once the request's message is handled, and until the object is used again.
    /// </summary>
    protected ReadOnlyMemory<byte> AnswerBytes => _answer.AsMemory(0, _answerLength);

    TimeSpan IDeadline.Due { get; set; }

    int IDeadline.Place
    {
        get => Place;
        set => Place = value;
    }

    private int Place { get; set; } = -1;

    public override SendStatus Reserve() => requests.TryOpen(this);

    public override void GiveBack() => requests.TryTakeOut(this);

    public override string? Take(ReadOnlySpan<byte> answer)
    {
        string? problem = CheckLength(answer.Length, requests.LargestAnswer);
        // An answer that comes too late is not kept.
        if (problem is null && IsOpen)
        {
            if (_answer.Length < answer.Length)
            {
                _answer = GC.AllocateUninitializedArray<byte>(answer.Length);
            }

            answer.CopyTo(_answer);
            _answerLength = answer.Length;
        }

        return problem;
    }

    public override void Settled(Outcome outcome, string reason, long number)
    {
        // After this call the object may be another request already, where this one was in time.
        bool isInTime = requests.TryReply(
            this,
            OutcomeOfReply(outcome),
            reason,
            isAnswered: outcome == Outcome.Handled
        );
        if (!isInTime && (outcome == Outcome.Handled || IsInstanceGone))
        {
            requests.CountLate();
        }
    }

    public void Expire() =>
        requests.TryReply(
            this,
            ReplyOutcome.TimedOut,
            FormattableString.Invariant($"there was no answer within {Timeout.TotalMilliseconds} ms"),
            isAnswered: false
        );

    /// <summary>Records the reply with which the request has ended. Called under the lock of the open requests.</summary>
    public virtual void End(ReplyOutcome outcome, string reason, bool isAnswered) => _isAnswered = isAnswered;

    /// <summary>Clears the request, so that the object can be another one.</summary>
    protected void Reset()
    {
        Number = 0;
        _isAnswered = false;
        _answerLength = 0;
        if (_answer.Length > LargestKeptRoom)
        {
            _answer = [];
        }
    }

    /// <summary>Completes the request for the caller who waits. Called without the lock, after <see cref="End"/>.</summary>
    public virtual void Complete() { }

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
