using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>
/// One request, from its send until it has its reply; see <see cref="OpenRequests"/>, which uses it for another one where nobody can
/// mean this one any more.
/// </summary>
/// <param name="requests">The open requests of its sender.</param>
internal abstract class OpenRequest(OpenRequests requests) : RequestListener, IDeadline
{
    /// <summary>The largest room for answers that is kept, in bytes.</summary>
    private const int MostKept = 16 * 1024;

    private bool _isOpen;
    private byte[] _answer = [];
    private int _answerLength;

    /// <summary>Its message was handled, and that ended it.</summary>
    private bool _isAnswered;

    /// <summary>How long it may be open.</summary>
    public TimeSpan Timeout { get; protected set; }

    /// <summary>Its number, which no other request of its sender has or had; 0 before it is opened.</summary>
    public ulong Number { get; set; }

    /// <summary>Whether it has not ended. Written under the lock of the open requests; who reads it without may be too early.</summary>
    public bool IsOpen
    {
        get => Volatile.Read(ref _isOpen);
        set => Volatile.Write(ref _isOpen, value);
    }

    /// <summary>Its neighbours among the open requests; theirs.</summary>
    public OpenRequest? Next { get; set; }

    public OpenRequest? Previous { get; set; }

    /// <summary>Whether it ended because the instance that asked is not there any more: then its reply is late whatever it tells.</summary>
    public bool IsForsaken { get; set; }

    protected OpenRequests Requests => requests;

    /// <summary>
    /// Whether the request ended in the usual way: its message was handled in time. Then nobody but who waits for the reply knows of it any
    /// more: no handler that was given up, and no clock.
    /// </summary>
    public bool CanBeUsedAgain => _isAnswered && Place != IDeadline.Expiring;

    /// <summary>The answer that was taken; it counts where the request's message is handled. Until the request is used again.</summary>
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
        // What comes too late is not kept.
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
        // Behind this it may be another request, where it was in time.
        bool isInTime = requests.TryReply(
            this,
            OutcomeOfReply(outcome),
            reason,
            isAnswered: outcome == Outcome.Handled
        );
        if (!isInTime && (outcome == Outcome.Handled || IsForsaken))
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

    /// <summary>It has ended with a reply. Under the lock of the open requests.</summary>
    public virtual void End(ReplyOutcome outcome, string reason, bool isAnswered) => _isAnswered = isAnswered;

    /// <summary>Forgets what it was, to be another request.</summary>
    protected void Reset()
    {
        Number = 0;
        _isAnswered = false;
        _answerLength = 0;
        if (_answer.Length > MostKept)
        {
            _answer = [];
        }
    }

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
