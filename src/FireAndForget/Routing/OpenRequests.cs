using System.Diagnostics.CodeAnalysis;
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
internal sealed class OpenRequests(
    Participant requester,
    int most,
    Ledger ledger,
    DeadlineQueue deadlines,
    EventHub events
)
{
    /// <summary>How many ended requests are kept to be used again.</summary>
    private const int MostKept = 64;

    private readonly Lock _lock = new();

    /// <summary>The open requests of a guest by their numbers, which is how the guest knows them.</summary>
    private readonly Dictionary<ulong, GuestRequest> _ofGuest = [];
    private readonly Queue<GuestRequest> _waiting = [];

    /// <summary>Requests that have ended and are used again, so that one that is answered costs no memory.</summary>
    private readonly Stack<OpenRequest> _ended = [];
    private OpenRequest? _spare;

    /// <summary>The first of the open requests, which are linked to each other.</summary>
    private OpenRequest? _first;
    private int _open;
    private int _replies;

    /// <summary>The position of the first of those that wait; written before their number, which who reads this has read.</summary>
    private long _nextPosition;
    private int _most = most;
    private ulong _last;
    private bool _isClosed;

    /// <summary>How many may be open.</summary>
    public int Most
    {
        get => Volatile.Read(ref _most);
        set => Volatile.Write(ref _most, value);
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
                return _open + _waiting.Count;
            }
        }
    }

    /// <summary>Lets callers who await replies wait for a moment.</summary>
    public AdaptiveSpin Spin { get; } = new(Environment.ProcessorCount);

    /// <summary>Whether a reply waits for the guest.</summary>
    public bool HasReplies => Volatile.Read(ref _replies) != 0;

    /// <summary>Prepares a request of a .NET caller, which is not sent yet.</summary>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="room">Where the answer goes.</param>
    public AwaitedRequest PrepareAwaited(TimeSpan timeout, Memory<byte> room)
    {
        AwaitedRequest request = TryUseAgain() as AwaitedRequest ?? new(this);
        request.Prepare(timeout, room);
        return request;
    }

    /// <summary>
    /// Prepares a request of a guest, which is not sent yet. An endpoint never calls this, so that the kept requests are all of one
    /// kind.
    /// </summary>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="responder">Who is asked.</param>
    public GuestRequest PrepareOfGuest(TimeSpan timeout, string responder)
    {
        GuestRequest request = TryUseAgain() as GuestRequest ?? new(this);
        request.Prepare(timeout, responder);
        return request;
    }

    /// <summary>Keeps an ended request that nothing refers to any more, to be used again.</summary>
    public void Keep(OpenRequest request)
    {
        // Mostly the spare place is free, and no lock is needed.
        if (Interlocked.CompareExchange(ref _spare, request, null) is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_ended.Count < MostKept)
            {
                _ended.Push(request);
            }
        }
    }

    public SendStatus TryOpen(OpenRequest request)
    {
        lock (_lock)
        {
            if (_isClosed || _open + _waiting.Count >= _most)
            {
                return _isClosed ? SendStatus.Closed : SendStatus.QueueFull;
            }

            request.Number = ++_last;
            Add(request);
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

        request.Tell();
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
        GuestRequest? request;
        lock (_lock)
        {
            if (!_ofGuest.TryGetValue(number, out request))
            {
                return false;
            }
        }

        // The request may have ended meanwhile. Only the guest that calls this uses the object again, so it is no other request
        // yet.
        return TryTakeOut(request);
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
            open = AllOpen();
        }

        // None of these objects can be another request meanwhile, because nothing is opened any more.
        foreach (AwaitedRequest request in open.OfType<AwaitedRequest>())
        {
            request.Cancel("who asked was removed");
        }
    }

    /// <summary>How many messages the guest's mailbox has accepted; asked under the lock of a mailbox, perhaps of another.</summary>
    public Func<long> Accepted { get; init; } = () => 0;

    /// <summary>Makes the guest's worker look for replies.</summary>
    public Action Wake { get; init; } = () => { };

    /// <summary>Keeps the reply of a request that has just ended. Under the lock.</summary>
    public void KeepReply(GuestRequest request)
    {
        request.Position = Accepted();
        // A caller who waits until everything is settled waits for this reply too.
        ledger.BeginReporting();
        if (_waiting.Count == 0)
        {
            _nextPosition = request.Position;
        }

        _waiting.Enqueue(request);
        Volatile.Write(ref _replies, _waiting.Count);
    }

    /// <summary>
    /// How many messages the guest's mailbox had accepted before the next reply, where there is one: those come first. Without a lock, for
    /// the guest's worker, who alone takes replies out: what is first stays that meanwhile.
    /// </summary>
    public long NextPosition => Volatile.Read(ref _nextPosition);

    /// <summary>Takes the next reply; <see cref="EndReply"/> follows when it is counted. For the guest's worker.</summary>
    public bool TryTakeReply([NotNullWhen(true)] out GuestRequest? request)
    {
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out request))
            {
                return false;
            }

            if (_waiting.TryPeek(out GuestRequest? next))
            {
                _nextPosition = next.Position;
            }

            Volatile.Write(ref _replies, _waiting.Count);
            return true;
        }
    }

    /// <summary>Ends a reply that was taken, after everything of it was reported.</summary>
    public void EndReply(GuestRequest request)
    {
        if (request.CanBeUsedAgain)
        {
            request.Free();
        }

        ledger.EndReporting();
    }

    /// <summary>
    /// Ends the requests of an instance that is gone: they get no reply, and a reply that still comes is late. For the guest's
    /// worker.
    /// </summary>
    public void Forsake()
    {
        List<OpenRequest> open;
        int waiting;
        lock (_lock)
        {
            if (_open + _waiting.Count == 0)
            {
                return;
            }

            open = AllOpen();
            foreach (OpenRequest request in open)
            {
                request.IsForsaken = true;
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
            ledger.EndReporting();
        }
    }

    /// <summary>Under the lock.</summary>
    private void Add(OpenRequest request)
    {
        request.IsOpen = true;
        request.Previous = null;
        request.Next = _first;
        if (_first is not null)
        {
            _first.Previous = request;
        }

        _first = request;
        _open++;
        if (request is GuestRequest ofGuest)
        {
            _ofGuest.Add(request.Number, ofGuest);
        }
    }

    /// <summary>Under the lock.</summary>
    /// <returns>False where it has ended before.</returns>
    private bool TryEnd(OpenRequest request)
    {
        if (!request.IsOpen)
        {
            return false;
        }

        request.IsOpen = false;
        if (request.Previous is { } previous)
        {
            previous.Next = request.Next;
        }
        else
        {
            _first = request.Next;
        }

        if (request.Next is { } next)
        {
            next.Previous = request.Previous;
        }

        request.Next = null;
        request.Previous = null;
        _open--;
        if (request is GuestRequest)
        {
            _ofGuest.Remove(request.Number);
        }

        return true;
    }

    /// <summary>Under the lock.</summary>
    private List<OpenRequest> AllOpen()
    {
        List<OpenRequest> open = new(_open);
        for (OpenRequest? request = _first; request is not null; request = request.Next)
        {
            open.Add(request);
        }

        return open;
    }

    private OpenRequest? TryUseAgain()
    {
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            return spare;
        }

        lock (_lock)
        {
            return _ended.TryPop(out OpenRequest? request) ? request : null;
        }
    }
}
