using System.Diagnostics.CodeAnalysis;
using FireAndForget.Accounting;
using FireAndForget.Events;
using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>
/// The requests of one sender that have no reply yet, and the room for their replies: so many may be open. A request ends once, by
/// whoever takes it out of here: its message's outcome, its deadline, who cancels, or the sender's removal.
/// </summary>
/// <remarks>
/// The reply to an awaiting call goes past the sender's mailbox. That to a guest waits here, in the room that was kept for it, until
/// the guest has had the messages that came before it; so long the request counts as open.
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
    /// <summary>So many requests are kept to be used again.</summary>
    private const int MostKept = 64;

    private readonly Lock _lock = new();

    /// <summary>Those of a guest, which knows them by their numbers.</summary>
    private readonly Dictionary<ulong, GuestRequest> _ofGuest = [];
    private readonly Queue<GuestRequest> _waiting = [];

    /// <summary>Requests that have ended and are used again, so that one that is answered costs no memory.</summary>
    private readonly Stack<OpenRequest> _ended = [];
    private OpenRequest? _spare;

    /// <summary>The open requests, one behind the other.</summary>
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

    /// <summary>How many are open, those among them whose reply waits for a guest.</summary>
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

    /// <summary>Whether a reply waits for the guest.</summary>
    public bool HasReplies => Volatile.Read(ref _replies) != 0;

    /// <summary>A request of a .NET caller that is not sent yet.</summary>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="room">Where the answer goes.</param>
    public AwaitedRequest PrepareAwaited(TimeSpan timeout, Memory<byte> room)
    {
        AwaitedRequest request = TryUseAgain() as AwaitedRequest ?? new(this);
        request.Prepare(timeout, room);
        return request;
    }

    /// <summary>A request of a guest that is not sent yet. An endpoint has none, so that what is kept is of one kind.</summary>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="responder">Who is asked.</param>
    public GuestRequest PrepareOfGuest(TimeSpan timeout, string responder)
    {
        GuestRequest request = TryUseAgain() as GuestRequest ?? new(this);
        request.Prepare(timeout, responder);
        return request;
    }

    /// <summary>Keeps a request that nobody means any more.</summary>
    public void Keep(OpenRequest request)
    {
        // Mostly there is one, without a lock.
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

    /// <summary>The request's message was accepted, and may have its outcome already: the request's time begins.</summary>
    public void Begin(OpenRequest request)
    {
        ledger.AddRequest();
        deadlines.Add(request, request.Timeout);
        // Who ends it writes that first and takes its deadline out then: either that one finds the deadline, or this sees that it has
        // ended, behind the lock of the deadlines.
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

            // In here: behind this the request may be used again, with a deadline of its own.
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

        // It may have ended meanwhile, and is used again by nobody but the guest that calls this.
        return TryTakeOut(request);
    }

    /// <summary>Counts a reply that was given as a message to the sender, with its outcome.</summary>
    public void CountReply(Outcome outcome) => ledger.AddReply(outcome);

    /// <summary>A reply came to a request that has ended.</summary>
    public void CountLate()
    {
        ledger.AddLateReply();
        events.CountLateReply();
    }

    /// <summary>The sender is removed: all that is open is cancelled, and nothing is opened any more.</summary>
    public void Close()
    {
        List<OpenRequest> open;
        lock (_lock)
        {
            _isClosed = true;
            open = AllOpen();
        }

        // None of them can be another request meanwhile: nothing is opened any more.
        foreach (AwaitedRequest request in open.OfType<AwaitedRequest>())
        {
            request.Cancel("who asked was removed");
        }
    }

    /// <summary>How many messages the guest's mailbox has accepted; asked under the lock of a mailbox, perhaps of another.</summary>
    public Func<long> Accepted { get; init; } = () => 0;

    /// <summary>Has the guest's worker look for replies.</summary>
    public Action Wake { get; init; } = () => { };

    /// <summary>Keeps the reply of a request that has just ended. Under the lock.</summary>
    public void KeepReply(GuestRequest request)
    {
        request.Position = Accepted();
        // Who waits until everything is settled waits for it, too.
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

    /// <summary>All is told of a reply that was taken.</summary>
    public void EndReply(GuestRequest request)
    {
        if (request.CanBeUsedAgain)
        {
            request.Free();
        }

        ledger.EndReporting();
    }

    /// <summary>
    /// The instance that asked is not there any more: its requests have no reply, and what comes of them is late. For the guest's worker.
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
