using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>All later messages of a host: those of each sender, and when the first of them is due.</summary>
/// <param name="deadlines">Tells when something is due; in manual mode the pump asks it.</param>
/// <param name="failed">Told of errors that end here.</param>
internal sealed class LaterSchedule(DeadlineQueue deadlines, Action<Exception> failed)
{
    private readonly Lock _lock = new();
    private readonly HashSet<LaterMessages> _senders = [];
    private bool _isClosed;
    private long _scheduled;
    private long _ended;
    private TaskCompletionSource? _empty;

    public DeadlineQueue Deadlines => deadlines;

    /// <summary>Called with errors of the host or its clock that are not thrown any further.</summary>
    public Action<Exception> Failed => failed;

    /// <summary>How many messages were ever scheduled.</summary>
    public long ScheduledTotal => Volatile.Read(ref _scheduled);

    /// <summary>Whether no message waits and none is being sent.</summary>
    public bool IsEmpty
    {
        get
        {
            // The order matters: every message that has ended was scheduled before, so the host never looks empty while a message
            // waits.
            long ended = Volatile.Read(ref _ended);
            return ended == ScheduledTotal;
        }
    }

    /// <summary>Adds a sender, with its first later message.</summary>
    /// <returns>False where the host takes none any more.</returns>
    public bool TryAdd(LaterMessages sender)
    {
        lock (_lock)
        {
            return !_isClosed && _senders.Add(sender);
        }
    }

    /// <summary>Removes a sender that was unregistered.</summary>
    public void Remove(LaterMessages sender)
    {
        lock (_lock)
        {
            _senders.Remove(sender);
        }
    }

    /// <summary>Counts a message that waits from now on.</summary>
    public void Begin() => Interlocked.Increment(ref _scheduled);

    /// <summary>Counts messages that wait no longer, because they were sent, refused or cancelled.</summary>
    public void End(int count)
    {
        Interlocked.Add(ref _ended, count);
        // The full fence above pairs with the one in WhenEmpty: either this thread sees the waiting caller, or the caller sees that
        // these messages have ended.
        if (Volatile.Read(ref _empty) is not null)
        {
            Announce();
        }
    }

    /// <summary>Sends what is due, in manual mode.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool SendDue() => deadlines.ExpireDue();

    /// <summary>A task that ends when nothing waits.</summary>
    public Task WhenEmpty()
    {
        TaskCompletionSource empty;
        lock (_lock)
        {
            empty = _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Interlocked.MemoryBarrier();
        Announce();
        return empty.Task;
    }

    /// <summary>Refuses all that waits, because the host stops. Nothing is scheduled afterwards.</summary>
    public void Close()
    {
        LaterMessages[] senders;
        lock (_lock)
        {
            _isClosed = true;
            senders = [.. _senders];
        }

        foreach (LaterMessages sender in senders)
        {
            sender.RefuseAll();
        }

        deadlines.Dispose();
    }

    private void Announce()
    {
        lock (_lock)
        {
            if (IsEmpty)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }
}
