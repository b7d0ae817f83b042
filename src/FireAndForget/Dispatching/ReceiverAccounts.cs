using FireAndForget.Accounting;
using FireAndForget.Events;

namespace FireAndForget.Dispatching;

/// <summary>
/// The accounts of a host's receivers: of every one that may still have something to settle, and the totals of those that are
/// done. It tells who waits when everything is settled.
/// </summary>
/// <param name="events">Counts what no receiver does.</param>
/// <param name="randomOf">What is drawn for the receiver with an id; see <see cref="HostServices.RandomOf"/>.</param>
internal sealed class ReceiverAccounts(EventHub events, Func<string, Random> randomOf)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Receiver> _receivers = [];

    /// <summary>
    /// Receivers that are done and whose counts as senders still change, because they have open requests or later messages.
    /// </summary>
    private readonly List<Receiver> _leaving = [];
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
                CloseThoseThatHaveLeft();
                return new()
                {
                    Messages = _receivers.Concat(_leaving).Aggregate(_closed, (sum, of) => sum.Plus(Of(of))) with
                    {
                        // These include late replies to requesters that were removed meanwhile.
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
        // Outcomes are read before acceptances: whatever is settled in between, the number of outstanding messages is never
        // negative.
        long inFlight = ledger.InFlight;
        // A reply is accepted and settled at the same moment, so the counts of replies are read once.
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
            receiver.Senders = _watches == 0 ? null : new(randomOf(receiver.Self.Id));
            _receivers.Add(receiver);
        }
    }

    /// <summary>Begins counting where messages come from, for one more reader of those counts.</summary>
    public void BeginCounting()
    {
        lock (_lock)
        {
            if (_watches++ == 0)
            {
                foreach (Receiver receiver in _receivers)
                {
                    receiver.Senders = new(randomOf(receiver.Self.Id));
                }
            }
        }
    }

    /// <summary>Ends counting for one reader.</summary>
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

    /// <summary>Removes a receiver that is done and has nothing outstanding any more.</summary>
    public void Remove(Receiver receiver)
    {
        lock (_lock)
        {
            // An interrupted thread calls this twice.
            if (_receivers.Remove(receiver))
            {
                _leaving.Add(receiver);
            }

            CloseThoseThatHaveLeft();
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

    /// <summary>The receivers, and those that are done and still have open requests or later messages as senders.</summary>
    public Receiver[] ReceiversAsSenders
    {
        get
        {
            lock (_lock)
            {
                CloseThoseThatHaveLeft();
                return [.. _receivers, .. _leaving];
            }
        }
    }

    /// <summary>A task that ends when everything accepted is settled, as seen by <see cref="CheckDrained"/>.</summary>
    public Task WhenDrained()
    {
        TaskCompletionSource drained;
        lock (_lock)
        {
            // All who wait share one task, so that a caller that gives up waiting leaves nothing behind.
            drained = _drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        // Full fence: a worker that does not see this task yet has settled what is read here.
        Interlocked.MemoryBarrier();
        CheckDrained();
        return drained.Task;
    }

    /// <summary>Completes the waiting task where everything is settled. Called whenever a worker runs out of work.</summary>
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
    /// Whether at one moment everything accepted was settled. This reads first all that was settled, then all that was accepted:
    /// both only grow, and a message is accepted before it is settled, so equal sums mean that nothing was outstanding between the
    /// two reads. Between them it reads whether all outcomes were reported, because a thread that reports announces that before it
    /// counts. That is read twice: a responder that reports may have left a reply to a guest that was read before it; nothing else
    /// can change where the sums are equal.
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

    /// <summary>
    /// Adds up what those have counted whose counts do not change any more. Who stops may get replies to its requests after that, and its
    /// later messages are sent, unless it is removed. Under the lock.
    /// </summary>
    private void CloseThoseThatHaveLeft()
    {
        for (int i = _leaving.Count - 1; i >= 0; i--)
        {
            Receiver receiver = _leaving[i];
            // A request is closed behind the count of its reply, and a later message behind its send.
            if (receiver.SentRequests is not { Count: > 0 } && receiver.Ledger.Scheduled == 0)
            {
                _closed = _closed.Plus(Of(receiver));
                _leaving.RemoveAt(i);
            }
        }
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
