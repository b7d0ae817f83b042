using FireAndForget.Accounting;
using FireAndForget.Events;
using FireAndForget.Threading;
using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>
/// The requests of one sender that have no reply yet, and the room for their replies; their number is bounded. A request ends once,
/// when it is taken out of here: by its message's outcome, its deadline, a cancellation, or the sender's removal.
/// </summary>
/// <remarks>
/// The reply to an awaiting .NET call does not go through the sender's mailbox. The reply to a guest waits here, in the room that was
/// kept for it, until the guest has got the messages that came before it; until then the request counts as open.
/// </remarks>
/// <param name="requester">The sender.</param>
/// <param name="most">How many may be open.</param>
/// <param name="ledger">Counts the replies among the sender's messages.</param>
/// <param name="deadlines">The host's deadlines.</param>
/// <param name="events">Counts the host's late replies.</param>
internal sealed partial class OpenRequests(
    Participant requester,
    int most,
    Ledger ledger,
    DeadlineQueue deadlines,
    EventHub events
)
{
    /// <summary>How many ended requests the pool keeps.</summary>
    private const int MostPooled = 64;

    private readonly Lock _lock = new();

    /// <summary>The open requests by their numbers, which is how a guest knows them.</summary>
    private readonly RequestTable _open = new();

    /// <summary>Ended requests that are used again, so that a request allocates nothing.</summary>
    private readonly Stack<OpenRequest> _pool = [];

    /// <summary>The request of the pool that is taken and returned without the lock; null where it is in use.</summary>
    private OpenRequest? _spare;
    private AdaptiveSpin? _spin;

    private int _most = most;
    private ulong _last;
    private bool _isClosed;

    /// <summary>How many may be open.</summary>
    public int Most
    {
        get => Volatile.Read(ref _most);
        set => Volatile.Write(ref _most, value);
    }

    /// <summary>The number of the last request; the next one gets a greater one. Set only before the first request.</summary>
    public ulong LastNumber
    {
        get => Volatile.Read(ref _last);
        set => Volatile.Write(ref _last, value);
    }

    /// <summary>The largest answer that the sender takes, in bytes.</summary>
    public int LargestAnswer => requester.MaxMessageBytes;

    /// <summary>How many requests are open, including those whose reply waits for a guest.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count + _waiting.Count;
            }
        }
    }

    /// <summary>Lets callers who await replies wait for a moment; guests never do, and have none.</summary>
    public AdaptiveSpin Spin => _spin ??= new(Environment.ProcessorCount);

    /// <summary>Prepares a request of a .NET caller, which is not sent yet.</summary>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="room">Where the answer goes.</param>
    public AwaitedRequest PrepareAwaited(TimeSpan timeout, Memory<byte> room)
    {
        AwaitedRequest request = TryTakeFromPool() as AwaitedRequest ?? new(this);
        request.Prepare(timeout, room);
        return request;
    }

    /// <summary>
    /// Prepares a request of a guest, which is not sent yet. A sender is a guest or an endpoint, so the requests of its pool are all of one
    /// kind.
    /// </summary>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="responder">Who is asked.</param>
    public GuestRequest PrepareOfGuest(TimeSpan timeout, string responder)
    {
        GuestRequest request = TryTakeFromPool() as GuestRequest ?? new(this);
        request.Prepare(timeout, responder);
        return request;
    }

    /// <summary>Returns an ended request that nothing refers to any more to the pool.</summary>
    public void ReturnToPool(OpenRequest request)
    {
        // The spare place is free in most cases, and then no lock is needed.
        if (Interlocked.CompareExchange(ref _spare, request, null) is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_pool.Count < MostPooled)
            {
                _pool.Push(request);
            }
        }
    }

    /// <summary>Opens a request, whose message is about to be accepted.</summary>
    /// <returns><see cref="SendStatus.Accepted"/>; or why it is refused, because the sender was removed or too many requests are open.</returns>
    public SendStatus TryOpen(OpenRequest request)
    {
        lock (_lock)
        {
            if (_isClosed || _open.Count + _waiting.Count >= _most)
            {
                return _isClosed ? SendStatus.Closed : SendStatus.QueueFull;
            }

            request.Number = ++_last;
            request.IsOpen = true;
            _open.Add(request);
        }

        return SendStatus.Accepted;
    }

    /// <summary>Starts the timeout of a request whose message was accepted. The message may have its outcome already.</summary>
    public void Begin(OpenRequest request)
    {
        ledger.AddRequest();
        deadlines.Add(request, request.Timeout);
        // The thread that ends the request notes the end first and removes its deadline then. So either that thread finds the
        // deadline, or this one, which went through the lock of the deadlines, sees that the request has ended.
        if (!request.IsOpen)
        {
            deadlines.Remove(request);
        }
    }

    /// <summary>Ends a request with a reply.</summary>
    /// <param name="request">The request.</param>
    /// <param name="outcome">What the reply tells.</param>
    /// <param name="reason">Why there is no answer.</param>
    /// <param name="isAnswered">Whether it ends because its message was handled.</param>
    /// <returns>False where it has ended before.</returns>
    public bool TryReply(OpenRequest request, ReplyOutcome outcome, string reason, bool isAnswered)
    {
        lock (_lock)
        {
            if (!TryEnd(request))
            {
                return false;
            }

            // The deadline is removed under the lock: afterwards the object may be used again, with a deadline of its own.
            deadlines.Remove(request);
            request.End(outcome, reason, isAnswered);
        }

        request.Complete();
        return true;
    }

    /// <summary>Ends a request without a reply.</summary>
    /// <returns>False where it has ended before.</returns>
    public bool TryTakeOut(OpenRequest request)
    {
        lock (_lock)
        {
            if (!TryEnd(request))
            {
                return false;
            }
        }

        deadlines.Remove(request);
        return true;
    }

    /// <summary>Ends the request with a number without a reply.</summary>
    /// <returns>False where there is none, or it has ended before.</returns>
    public bool TryTakeOut(ulong number)
    {
        OpenRequest? request;
        lock (_lock)
        {
            request = _open.Find(number);
        }

        // The request may have ended meanwhile, but its object is no other request yet: only the guest, which is in this call, would
        // use it again.
        return request is not null && TryTakeOut(request);
    }

    /// <summary>Counts a reply that was given as a message to the sender, with its outcome.</summary>
    public void CountReply(Outcome outcome) => ledger.AddReply(outcome);

    /// <summary>Counts a reply to a request that has ended.</summary>
    public void CountLate()
    {
        ledger.AddLateReply();
        events.CountLateReply();
    }

    /// <summary>Cancels all open requests, because the sender is removed. Nothing is opened afterwards.</summary>
    public void Close()
    {
        List<OpenRequest> open;
        lock (_lock)
        {
            _isClosed = true;
            open = _open.ToList();
        }

        // Nothing is opened any more, so none of these objects is used for another request meanwhile.
        foreach (AwaitedRequest request in open.OfType<AwaitedRequest>())
        {
            request.Cancel("who asked was removed");
        }
    }

    /// <summary>
    /// Ends all requests of an instance that is gone: they get no reply, and a reply that still comes is late. Called by the guest's worker.
    /// </summary>
    public void EndAllUnanswered()
    {
        List<OpenRequest> open;
        int waiting;
        lock (_lock)
        {
            if (_open.Count + _waiting.Count == 0)
            {
                return;
            }

            open = _open.ToList();
            foreach (OpenRequest request in open)
            {
                request.IsInstanceGone = true;
                TryEnd(request);
            }

            waiting = _waiting.Count;
            _waiting.Clear();
            Volatile.Write(ref _replies, 0);
        }

        open.ForEach(deadlines.Remove);
        for (int i = 0; i < waiting; i++)
        {
            CountLate();
        }

        ledger.EndKeptReplies(waiting);
    }

    /// <summary>Takes a request out of the open ones. The caller holds the lock.</summary>
    /// <returns>False where it has ended before.</returns>
    private bool TryEnd(OpenRequest request)
    {
        if (!request.IsOpen)
        {
            return false;
        }

        request.IsOpen = false;
        _open.Remove(request);
        return true;
    }

    private OpenRequest? TryTakeFromPool()
    {
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            return spare;
        }

        lock (_lock)
        {
            return _pool.TryPop(out OpenRequest? request) ? request : null;
        }
    }
}
