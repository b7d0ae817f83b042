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
    private long _given;
    private long _ended;
    private TaskCompletionSource? _empty;

    public DeadlineQueue Deadlines => deadlines;

    /// <summary>Told of errors of the host or its clock that end where they came up.</summary>
    public Action<Exception> Failed => failed;

    /// <summary>How many messages were ever given.</summary>
    public long Given => Volatile.Read(ref _given);

    /// <summary>Whether nothing waits, nor is just being sent.</summary>
    public bool IsEmpty
    {
        get
        {
            // In this order: what ended was given before.
            long ended = Volatile.Read(ref _ended);
            return ended == Given;
        }
    }

    /// <summary>A sender has its first later message.</summary>
    /// <returns>False where the host takes none any more.</returns>
    public bool TryAdd(LaterMessages sender)
    {
        lock (_lock)
        {
            return !_isClosed && _senders.Add(sender);
        }
    }

    /// <summary>A sender was removed.</summary>
    public void Remove(LaterMessages sender)
    {
        lock (_lock)
        {
            _senders.Remove(sender);
        }
    }

    /// <summary>A message waits from now on.</summary>
    public void Begin() => Interlocked.Increment(ref _given);

    /// <summary>So many messages wait no longer: they were sent, refused or taken back.</summary>
    public void End(int count)
    {
        Interlocked.Add(ref _ended, count);
        // The full fence above pairs with the one in WhenEmpty: either this sees who waits, or that one sees this end.
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

    /// <summary>The host stops: what waits is refused, and nothing is added any more.</summary>
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
