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
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, OpenRequest> _open = [];
    private readonly Queue<GuestRequest> _waiting = [];
    private int _replies;
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
                return _open.Count + _waiting.Count;
            }
        }
    }

    /// <summary>Whether a reply waits for the guest.</summary>
    public bool HasReplies => Volatile.Read(ref _replies) != 0;

    public SendStatus TryOpen(OpenRequest request)
    {
        lock (_lock)
        {
            if (_isClosed || _open.Count + _waiting.Count >= _most)
            {
                return _isClosed ? SendStatus.Closed : SendStatus.QueueFull;
            }

            request.Number = ++_last;
            _open.Add(request.Number, request);
        }

        return SendStatus.Accepted;
    }

    /// <summary>The request's message was accepted, and may have its outcome already: the request's time begins.</summary>
    public void Begin(OpenRequest request)
    {
        ledger.AddRequest();
        deadlines.Add(request, request.Timeout);
        // Who takes it out takes it out here first: either that one finds the deadline, or this finds it closed.
        if (!IsOpen(request))
        {
            deadlines.Remove(request);
        }
    }

    public bool IsOpen(OpenRequest request)
    {
        lock (_lock)
        {
            return _open.ContainsKey(request.Number);
        }
    }

    /// <summary>Ends a request with a reply.</summary>
    /// <returns>False where it has ended before.</returns>
    public bool TryReply(OpenRequest request, ReplyOutcome outcome, string reason)
    {
        lock (_lock)
        {
            if (!_open.Remove(request.Number))
            {
                return false;
            }

            request.End(outcome, reason);
        }

        deadlines.Remove(request);
        request.Tell();
        return true;
    }

    /// <summary>Ends a request without a reply.</summary>
    /// <returns>False where it has ended before.</returns>
    public bool TryTakeOut(OpenRequest request)
    {
        lock (_lock)
        {
            if (!_open.Remove(request.Number))
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
            if (!_open.Remove(number, out request))
            {
                return false;
            }
        }

        deadlines.Remove(request);
        return true;
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
        AwaitedRequest[] open;
        lock (_lock)
        {
            _isClosed = true;
            open = [.. _open.Values.OfType<AwaitedRequest>()];
        }

        foreach (AwaitedRequest request in open)
        {
            request.Cancel("who asked was removed");
        }
    }

    /// <summary>How many messages the guest's mailbox has accepted; asked under the lock of a mailbox, perhaps of another.</summary>
    public Func<long> Accepted { get; init; } = () => 0;

    /// <summary>Has the guest's worker look for replies.</summary>
    public Action Wake { get; init; } = () => { };

    /// <summary>Keeps the reply of a request that has just ended. Under the lock.</summary>
    public void Keep(GuestRequest request)
    {
        request.Position = Accepted();
        // Who waits until everything is settled waits for it, too.
        ledger.BeginReporting();
        _waiting.Enqueue(request);
        Volatile.Write(ref _replies, _waiting.Count);
    }

    /// <summary>The next reply for the guest, which stays here. For the guest's worker.</summary>
    public bool TryLook([NotNullWhen(true)] out GuestRequest? request)
    {
        lock (_lock)
        {
            return _waiting.TryPeek(out request);
        }
    }

    /// <summary>Takes the next reply; <see cref="EndReply"/> follows when it is counted. For the guest's worker.</summary>
    public void TakeReply()
    {
        lock (_lock)
        {
            _waiting.Dequeue();
            Volatile.Write(ref _replies, _waiting.Count);
        }
    }

    /// <summary>All is told of a reply that was taken.</summary>
    public void EndReply() => ledger.EndReporting();

    /// <summary>
    /// The instance that asked is not there any more: its requests have no reply, and what comes of them is late. For the guest's worker.
    /// </summary>
    public void Forsake()
    {
        List<OpenRequest> open;
        int waiting;
        lock (_lock)
        {
            if (_open.Count + _waiting.Count == 0)
            {
                return;
            }

            open = [.. _open.Values];
            open.ForEach(request => request.IsForsaken = true);
            _open.Clear();
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
}
