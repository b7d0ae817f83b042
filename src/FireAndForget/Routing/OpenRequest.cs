using System.Threading.Tasks.Sources;
using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>One request of a .NET caller, who awaits the reply past every mailbox.</summary>
/// <param name="requests">The open requests of its sender.</param>
/// <param name="timeout">How long it may be open.</param>
internal sealed class OpenRequest(OpenRequests requests, TimeSpan timeout)
    : RequestListener,
        IDeadline,
        IValueTaskSource<Reply>
{
    // Continuations are the caller's code, which the thread that ends the request does not run.
    private ManualResetValueTaskSourceCore<Reply> _reply = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private byte[] _answer = [];
    private bool _hasEnded;

    public TimeSpan Timeout => timeout;

    /// <summary>The reply; to be awaited once.</summary>
    public ValueTask<Reply> Reply => new(this, _reply.Version);

    TimeSpan IDeadline.Due { get; set; }

    int IDeadline.Place { get; set; } = -1;

    public override SendStatus Reserve() => requests.TryOpen(this);

    public override void GiveBack() => requests.TryTakeOut(this);

    public override string? Take(ReadOnlySpan<byte> answer)
    {
        string? problem = CheckLength(answer.Length, requests.LargestAnswer);
        // What comes too late is not kept.
        if (problem is null && requests.IsOpen(this))
        {
            _answer = answer.ToArray();
        }

        return problem;
    }

    public override void Settled(Outcome outcome, string reason, long number)
    {
        if (requests.TryReply(this))
        {
            End(outcome == Outcome.Handled ? new(_answer) : new(OutcomeOfReply(outcome), reason));
        }
        else if (outcome == Outcome.Handled)
        {
            requests.CountLate();
        }
    }

    public void Expire()
    {
        if (requests.TryReply(this))
        {
            End(new(ReplyOutcome.TimedOut, $"there was no answer within {timeout}"));
        }
    }

    /// <summary>Gives the request up.</summary>
    public void Cancel(string reason)
    {
        if (requests.TryTakeOut(this))
        {
            End(new(ReplyOutcome.Cancelled, reason));
        }
    }

    /// <summary>Begins its time, behind the send, and has a token cancel it.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        requests.Begin(this);
        if (!cancellationToken.CanBeCanceled)
        {
            return;
        }

        _cancellation = cancellationToken.UnsafeRegister(
            static request => ((OpenRequest)request!).Cancel("the call was cancelled"),
            this
        );
        // Either this sees that it has ended, or who ends it sees the registration.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _hasEnded))
        {
            _cancellation.Unregister();
        }
    }

    Reply IValueTaskSource<Reply>.GetResult(short token) => _reply.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Reply>.GetStatus(short token) => _reply.GetStatus(token);

    void IValueTaskSource<Reply>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _reply.OnCompleted(continuation, state, token, flags);

    private static ReplyOutcome OutcomeOfReply(Outcome outcome) =>
        outcome switch
        {
            Outcome.Rejected => ReplyOutcome.Rejected,
            Outcome.Trapped => ReplyOutcome.Trapped,
            Outcome.TimedOut => ReplyOutcome.TimedOut,
            _ => ReplyOutcome.Undeliverable,
        };

    private void End(Reply reply)
    {
        Volatile.Write(ref _hasEnded, true);
        Interlocked.MemoryBarrier();
        _cancellation.Unregister();
        _reply.SetResult(reply);
    }
}
