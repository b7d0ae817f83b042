using System.Threading.Tasks.Sources;

namespace FireAndForget.Routing;

/// <summary>
/// A request of a .NET caller who awaits the reply. The reply goes to the caller directly, and not through the mailbox.
/// </summary>
/// <param name="requests">The open requests of its sender.</param>
internal sealed class AwaitedRequest(OpenRequests requests) : OpenRequest(requests), IValueTaskSource<Reply>
{
    // Continuations are the caller's code, which the thread that ends the request does not run.
    private ManualResetValueTaskSourceCore<Reply> _reply = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;

    /// <summary>The caller's memory for the answer; an answer that does not fit gets an array of its own.</summary>
    private Memory<byte> _room;
    private Reply _given;
    private bool _hasEnded;

    /// <summary>Whether a token may still be about to cancel it.</summary>
    private bool _isWatched;

    /// <summary>The reply; to be awaited once.</summary>
    public ValueTask<Reply> Reply => new(this, _reply.Version);

    /// <summary>Becomes a request that is not sent yet.</summary>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="room">Where the caller wants the answer; where that does not fit, the caller gets an array of its own.</param>
    public void Prepare(TimeSpan timeout, Memory<byte> room)
    {
        Timeout = timeout;
        _room = room;
    }

    /// <summary>Ends the request without an answer.</summary>
    public void Cancel(string reason)
    {
        if (Requests.TryTakeOut(this))
        {
            _given = new(ReplyOutcome.Cancelled, reason);
            Complete();
        }
    }

    /// <summary>Starts the timeout, after the send, and lets a token cancel the request.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        Requests.Begin(this);
        if (!cancellationToken.CanBeCanceled)
        {
            return;
        }

        _isWatched = true;
        _cancellation = cancellationToken.UnsafeRegister(
            static request => ((AwaitedRequest)request!).Cancel("the call was cancelled"),
            this
        );
        // Full fence: either this thread sees that the request has ended, or the thread that ends it sees the registration.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _hasEnded))
        {
            _cancellation.Unregister();
        }
    }

    public override void End(ReplyOutcome outcome, string reason, bool isAnswered)
    {
        base.End(outcome, reason, isAnswered);
        Requests.CountReply(Outcome.Handled);
        _given = outcome == ReplyOutcome.Handled ? default : new(outcome, reason);
    }

    public override void Complete()
    {
        Volatile.Write(ref _hasEnded, true);
        Interlocked.MemoryBarrier();
        if (_cancellation.Unregister())
        {
            _isWatched = false;
        }

        // This must be the last access: the caller who awaits this may use the object for the next request at once.
        _reply.SetResult(_given);
    }

    Reply IValueTaskSource<Reply>.GetResult(short token)
    {
        Reply reply = _reply.GetResult(token);
        if (reply.IsHandled)
        {
            reply = new(TakeAnswer());
        }

        if (CanBePooled && !_isWatched)
        {
            _hasEnded = false;
            _reply.Reset();
            Free();
        }

        return reply;
    }

    /// <summary>Lets the object become another request, because the request was refused or nothing refers to it any more.</summary>
    public void Free()
    {
        _cancellation = default;
        _room = default;
        Reset();
        Requests.ReturnToPool(this);
    }

    /// <summary>
    /// Whether it has ended. Who asks for that, and is told that it has not, gives its thread up and is put on another one later, which
    /// takes longer than many an answer. So this waits for a moment first, where answers came that fast lately.
    /// </summary>
    ValueTaskSourceStatus IValueTaskSource<Reply>.GetStatus(short token)
    {
        ValueTaskSourceStatus status = _reply.GetStatus(token);
        return status == ValueTaskSourceStatus.Pending && Requests.Spin.Wait(this, static request => request.HasStatus)
            ? _reply.GetStatus(token)
            : status;
    }

    void IValueTaskSource<Reply>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _reply.OnCompleted(continuation, state, token, flags);

    private bool HasStatus => _reply.GetStatus(_reply.Version) != ValueTaskSourceStatus.Pending;

    private ReadOnlyMemory<byte> TakeAnswer()
    {
        ReadOnlyMemory<byte> answer = AnswerBytes;
        if (answer.Length > _room.Length)
        {
            return answer.ToArray();
        }

        answer.CopyTo(_room);
        return _room[..answer.Length];
    }
}
