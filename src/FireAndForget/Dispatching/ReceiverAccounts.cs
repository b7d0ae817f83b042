using FireAndForget.Accounting;
using FireAndForget.Events;

namespace FireAndForget.Dispatching;

/// <summary>
/// The accounts of a host's receivers: of every one that may still have something to settle, and the totals of those that are
/// done. It tells who waits when everything is settled.
/// </summary>
internal sealed class ReceiverAccounts(EventHub events)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Receiver> _receivers = [];
    private MessageStatistics _closed = new();
    private TaskCompletionSource? _empty;
    private TaskCompletionSource? _drained;
    private int _watches;

    public HostStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return new()
                {
                    Messages = _receivers.Aggregate(_closed, (sum, receiver) => sum.Plus(Of(receiver))) with
                    {
                        // Also those that came when nobody was there any more who had asked.
                        LateReplies = events.LateReplies,
                    },
                    Refused = events.Refusals,
                };
            }
        }
    }

    public static MessageStatistics Of(Receiver receiver)
    {
        Ledger ledger = receiver.Ledger;
        // Outcomes before acceptances: whatever settles in between, what is outstanding never comes out negative.
        long inFlight = ledger.InFlight;
        // Each of these is accepted and settled at the same moment, so read once.
        MessageStatistics replies = Replies(ledger);
        MessageStatistics settled = new()
        {
            Handled = ledger[Outcome.Handled],
            Rejected = ledger[Outcome.Rejected],
            Trapped = ledger[Outcome.Trapped],
            TimedOut = ledger[Outcome.TimedOut],
            Evicted = ledger[Outcome.Evicted],
            Undeliverable = ledger[Outcome.Undeliverable],
            Lost = ledger[Outcome.Lost],
        };
        long inMailbox = receiver.Mailbox.Count + receiver.Taken;
        long accepted = receiver.Mailbox.Accepted;
        long outstanding = accepted - settled.Settled;
        inFlight = Math.Min(inFlight, outstanding);
        return settled
            .Plus(
                new()
                {
                    Accepted = accepted,
                    Requests = ledger.Requests,
                    LateReplies = ledger.LateReplies,
                    Scheduled = ledger.Scheduled,
                    InFlight = inFlight,
                    Queued = outstanding - inFlight,
                    InMailboxes = inMailbox,
                }
            )
            .Plus(replies);
    }

    private static MessageStatistics Replies(Ledger ledger)
    {
        MessageStatistics replies = new()
        {
            Handled = ledger.Replies(Outcome.Handled),
            Rejected = ledger.Replies(Outcome.Rejected),
            Trapped = ledger.Replies(Outcome.Trapped),
            TimedOut = ledger.Replies(Outcome.TimedOut),
            Undeliverable = ledger.Replies(Outcome.Undeliverable),
        };
        return replies with { Accepted = replies.Settled };
    }

    public void Add(Receiver receiver)
    {
        lock (_lock)
        {
            receiver.Senders = _watches == 0 ? null : new();
            _receivers.Add(receiver);
        }
    }

    /// <summary>One more wants to know where messages come from.</summary>
    public void BeginCounting()
    {
        lock (_lock)
        {
            if (_watches++ == 0)
            {
                foreach (Receiver receiver in _receivers)
                {
                    receiver.Senders = new();
                }
            }
        }
    }

    /// <summary>One less does.</summary>
    public void EndCounting()
    {
        lock (_lock)
        {
            if (--_watches == 0)
            {
                foreach (Receiver receiver in _receivers)
                {
                    receiver.Senders = null;
                }
            }
        }
    }

    /// <summary>A receiver is done: nothing of it is outstanding any more.</summary>
    public void Remove(Receiver receiver)
    {
        lock (_lock)
        {
            _receivers.Remove(receiver);
            // What of its own waits for its time is taken back or refused elsewhere.
            _closed = _closed.Plus(Of(receiver) with { Scheduled = 0 });
            if (_receivers.Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>A task that ends when every receiver is done. All of them have been closed.</summary>
    public Task WhenEmpty()
    {
        lock (_lock)
        {
            _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_receivers.Count == 0)
            {
                _empty.TrySetResult();
            }

            return _empty.Task;
        }
    }

    public Receiver[] Receivers
    {
        get
        {
            lock (_lock)
            {
                return [.. _receivers];
            }
        }
    }

    /// <summary>A task that ends when everything accepted is settled, as seen by <see cref="CheckDrained"/>.</summary>
    public Task WhenDrained()
    {
        TaskCompletionSource drained;
        lock (_lock)
        {
            // One for all who wait, so that those who give up leave nothing behind.
            drained = _drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        // A full fence: a worker that does not see this yet has settled what is looked at here.
        Interlocked.MemoryBarrier();
        CheckDrained();
        return drained.Task;
    }

    /// <summary>Ends the waiting where everything is settled. Called whenever a worker runs out of work.</summary>
    public void CheckDrained()
    {
        if (Volatile.Read(ref _drained) is null)
        {
            return;
        }

        lock (_lock)
        {
            if (IsDrained())
            {
                _drained?.TrySetResult();
                _drained = null;
            }
        }
    }

    /// <summary>
    /// Whether at one moment everything accepted was settled. First all that is settled, then all that was accepted: both only
    /// grow, and none is settled before it is accepted, so equal sums mean that nothing was outstanding between the two. In between,
    /// whether all of it was told: who tells says so before he counts. That is looked at twice: meanwhile a responder that tells may have
    /// left a reply to a guest that was looked at before it, and nothing else can, where the sums are equal.
    /// </summary>
    private bool IsDrained()
    {
        long settled = 0;
        long accepted = 0;
        foreach (Receiver receiver in _receivers)
        {
            settled += receiver.Ledger.Settled;
        }

        if (IsAnyReporting() || IsAnyReporting())
        {
            return false;
        }

        foreach (Receiver receiver in _receivers)
        {
            accepted += receiver.Mailbox.Accepted;
        }

        return settled == accepted;
    }

    private bool IsAnyReporting()
    {
        foreach (Receiver receiver in _receivers)
        {
            if (receiver.Ledger.IsReporting)
            {
                return true;
            }
        }

        return false;
    }
}
