using FireAndForget.Accounting;
using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>
/// The requests of one sender that have no reply yet, and the room for their replies: so many may be open. A request ends once, by
/// whoever takes it out of here: its message's outcome, its deadline, who cancels, or the sender's removal.
/// </summary>
/// <param name="requester">The sender.</param>
/// <param name="most">How many may be open.</param>
/// <param name="ledger">Counts the replies among the sender's messages.</param>
/// <param name="deadlines">The host's deadlines.</param>
internal sealed class OpenRequests(Participant requester, int most, Ledger ledger, DeadlineQueue deadlines)
{
    private readonly Lock _lock = new();
    private readonly HashSet<OpenRequest> _open = [];
    private bool _isClosed;

    /// <summary>How many may be open.</summary>
    public int Most => most;

    /// <summary>The largest answer that the sender takes, in bytes.</summary>
    public int LargestAnswer => requester.MaxMessageBytes;

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    public SendStatus TryOpen(OpenRequest request)
    {
        lock (_lock)
        {
            if (_isClosed || _open.Count >= most)
            {
                return _isClosed ? SendStatus.Closed : SendStatus.QueueFull;
            }

            _open.Add(request);
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
            return _open.Contains(request);
        }
    }

    /// <summary>Ends a request with a reply, which is a message that is accepted and handled at once.</summary>
    /// <returns>False where it has ended before.</returns>
    public bool TryReply(OpenRequest request)
    {
        bool isOpen = TryTakeOut(request);
        if (isOpen)
        {
            ledger.AddReply();
        }

        return isOpen;
    }

    /// <summary>Ends a request without a reply.</summary>
    /// <returns>False where it has ended before.</returns>
    public bool TryTakeOut(OpenRequest request)
    {
        lock (_lock)
        {
            if (!_open.Remove(request))
            {
                return false;
            }
        }

        deadlines.Remove(request);
        return true;
    }

    /// <summary>An answer came to a request that has ended.</summary>
    public void CountLate() => ledger.AddLateReply();

    /// <summary>The sender is removed: all that is open is cancelled, and nothing is opened any more.</summary>
    public void Close()
    {
        OpenRequest[] open;
        lock (_lock)
        {
            _isClosed = true;
            open = [.. _open];
        }

        foreach (OpenRequest request in open)
        {
            request.Cancel("who asked was removed");
        }
    }
}
