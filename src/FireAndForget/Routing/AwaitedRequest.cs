using System.Threading.Tasks.Sources;

namespace FireAndForget.Routing;

/// <summary>A request of a .NET caller, who awaits the reply past every mailbox.</summary>
/// <param name="requests">The open requests of its sender.</param>
/// <param name="timeout">How long it may be open.</param>
internal sealed class AwaitedRequest(OpenRequests requests, TimeSpan timeout)
    : OpenRequest(requests, timeout),
        IValueTaskSource<Reply>
{
    // Continuations are the caller's code, which the thread that ends the request does not run.
    private ManualResetValueTaskSourceCore<Reply> _reply = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private Reply _given;
    private bool _hasEnded;

    /// <summary>The reply; to be awaited once.</summary>
    public ValueTask<Reply> Reply => new(this, _reply.Version);

    /// <summary>Gives the request up.</summary>
    public void Cancel(string reason)
    {
        if (Requests.TryTakeOut(this))
        {
            _given = new(ReplyOutcome.Cancelled, reason);
            Tell();
        }
    }

    /// <summary>Begins its time, behind the send, and has a token cancel it.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        Requests.Begin(this);
        if (!cancellationToken.CanBeCanceled)
        {
            return;
        }

        _cancellation = cancellationToken.UnsafeRegister(
            static request => ((AwaitedRequest)request!).Cancel("the call was cancelled"),
            this
        );
        // Either this sees that it has ended, or who ends it sees the registration.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _hasEnded))
        {
            _cancellation.Unregister();
        }
    }

    public override void End(ReplyOutcome outcome, string reason)
    {
        Requests.CountReply(Outcome.Handled);
        _given = outcome == ReplyOutcome.Handled ? new(Answer) : new(outcome, reason);
    }

    public override void Tell()
    {
        Volatile.Write(ref _hasEnded, true);
        Interlocked.MemoryBarrier();
        _cancellation.Unregister();
        _reply.SetResult(_given);
    }

    Reply IValueTaskSource<Reply>.GetResult(short token) => _reply.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Reply>.GetStatus(short token) => _reply.GetStatus(token);

    void IValueTaskSource<Reply>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _reply.OnCompleted(continuation, state, token, flags);
}
