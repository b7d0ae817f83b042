namespace FireAndForget.Time;

/// <summary>
/// The deadlines of a host: a heap, with one timer of the host's clock for the earliest. What ends before its time is taken out at
/// once, so that the queue is as large as what is open.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="failed">Told of what the clock threw. What was added then has no deadline.</param>
/// <param name="fired">Called when something is over, for who then calls <see cref="ExpireDue"/>; null: the timer itself does.</param>
internal sealed class DeadlineQueue(TimeProvider time, Action<Exception> failed, Action? fired = null) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.MaxValue / 2;

    /// <summary>From which time on a deadline may be late, by the system's clock.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    /// <summary>By how much: the system counts ticks in steps of 1 to 16 ms.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromMilliseconds(16);

    private readonly Lock _lock = new();

    /// <summary>Held while the timer is set, so that the last one to set it has looked last. Taken before the other one.</summary>
    private readonly Lock _setting = new();
    private readonly List<Entry> _heap = [];
    private SteadyClock? _clock;
    private ITimer? _timer;

    /// <summary>The system's tick at the last reading of the clock for a long deadline, and what was read then.</summary>
    private long _tick = long.MinValue;
    private TimeSpan _recent;

    /// <summary>When the timer fires, at the latest.</summary>
    private TimeSpan _setFor = TimeSpan.MaxValue;
    private bool _isDisposed;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _heap.Count;
            }
        }
    }

    /// <summary>
    /// Adds one that is over after a time, and is in no queue. By the system's clock it may be over 16 ms later than that, where the time
    /// is a second or more.
    /// </summary>
    public void Add(IDeadline deadline, TimeSpan after)
    {
        try
        {
            bool isEarliest;
            lock (_lock)
            {
                TimeSpan due = DueAfter(after < Longest ? after : Longest);
                Insert(deadline, due);
                isEarliest = due < _setFor;
            }

            if (isEarliest)
            {
                SetTimer();
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>The time by the queue's clock; false where the clock throws.</summary>
    public bool TryGetNow(out TimeSpan now)
    {
        try
        {
            lock (_lock)
            {
                now = Clock.Elapsed;
            }

            return true;
        }
        catch (Exception e)
        {
            failed(e);
            now = default;
            return false;
        }
    }

    /// <summary>Has one expire at a time at the latest: it is added, or moved forward where it is in already.</summary>
    /// <param name="deadline">The deadline.</param>
    /// <param name="due">The time, by the queue's clock.</param>
    public void BringForward(IDeadline deadline, TimeSpan due)
    {
        try
        {
            bool isEarliest;
            lock (_lock)
            {
                int place = deadline.Place;
                if (place < 0)
                {
                    Insert(deadline, due);
                }
                else if (due < _heap[place].Due)
                {
                    deadline.Due = due;
                    MoveUp(new(due, deadline), place);
                }

                isEarliest = deadline.Due < _setFor;
            }

            if (isEarliest)
            {
                SetTimer();
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Takes one out, where it is in.</summary>
    public void Remove(IDeadline deadline)
    {
        lock (_lock)
        {
            int place = deadline.Place;
            if (place >= 0)
            {
                RemoveAt(place);
                deadline.Place = -1;
            }
        }
    }

    /// <summary>Nothing expires any more.</summary>
    public void Dispose()
    {
        lock (_setting)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    /// <summary>Made with the first deadline: a clock may throw. Under the lock.</summary>
    private SteadyClock Clock => _clock ??= new(time);

    /// <summary>
    /// When a time is over that begins now. Where it is long the system's clock is read only if the system has counted a tick since the last
    /// reading: a reading takes ten times as long as a look at the ticks, and as long as all else of a deadline. Under the lock.
    /// </summary>
    private TimeSpan DueAfter(TimeSpan after)
    {
        if (after < Long || time != TimeProvider.System)
        {
            return Clock.Elapsed + after;
        }

        long tick = Environment.TickCount64;
        if (tick != _tick)
        {
            _recent = Clock.Elapsed;
            _tick = tick;
        }

        return _recent + MostLate + after;
    }

    private void SetTimer()
    {
        lock (_setting)
        {
            TimeSpan after;
            lock (_lock)
            {
                if (_isDisposed || _heap.Count == 0)
                {
                    _setFor = TimeSpan.MaxValue;
                    return;
                }

                _setFor = _heap[0].Due;
                TimeSpan left = _setFor - Clock.Elapsed;
                after = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            }

            // Outside of the lock: a clock may call back from here.
            _timer ??= time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            // A timer counts whole milliseconds: rounded down it would fire too early, again and again.
            _timer.Change(
                Timers.Clamp(TimeSpan.FromMilliseconds(Math.Ceiling(after.TotalMilliseconds))),
                Timeout.InfiniteTimeSpan
            );
        }
    }

    /// <summary>Expires what is over, the earliest first.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool ExpireDue()
    {
        bool isAny = false;
        try
        {
            while (TryTakeDue() is { } deadline)
            {
                isAny = true;
                deadline.Expire();
            }

            SetTimer();
        }
        catch (Exception e)
        {
            // Out of a timer it would end the process.
            Fail(e);
        }

        return isAny;
    }

    /// <summary>
    /// Tells of what the clock threw. The timer may not be set for what waits, so whatever is added next sets it.
    /// </summary>
    private void Fail(Exception e)
    {
        lock (_lock)
        {
            _setFor = TimeSpan.MaxValue;
        }

        failed(e);
    }

    private void Fire()
    {
        if (fired is null)
        {
            ExpireDue();
        }
        else
        {
            fired();
        }
    }

    private IDeadline? TryTakeDue()
    {
        lock (_lock)
        {
            if (_heap.Count == 0 || _heap[0].Due > Clock.Elapsed)
            {
                return null;
            }

            IDeadline first = _heap[0].Deadline;
            RemoveAt(0);
            first.Place = IDeadline.Expiring;
            return first;
        }
    }

    private void Insert(IDeadline deadline, TimeSpan due)
    {
        deadline.Due = due;
        Entry entry = new(due, deadline);
        _heap.Add(entry);
        MoveUp(entry, _heap.Count - 1);
    }

    /// <summary>Takes one out of the heap; the caller writes its new place.</summary>
    private void RemoveAt(int place)
    {
        int end = _heap.Count - 1;
        Entry last = _heap[end];
        _heap.RemoveAt(end);
        if (place != end)
        {
            MoveDown(last, MoveUp(last, place));
        }
    }

    /// <summary>Puts an entry into a place, or into one towards the first.</summary>
    /// <returns>Its place.</returns>
    private int MoveUp(Entry moved, int place)
    {
        while (place > 0 && _heap[(place - 1) / 2] is var parent && parent.Due > moved.Due)
        {
            Put(parent, place);
            place = (place - 1) / 2;
        }

        Put(moved, place);
        return place;
    }

    private void MoveDown(Entry moved, int place)
    {
        while (true)
        {
            int child = (2 * place) + 1;
            if (child + 1 < _heap.Count && _heap[child + 1].Due < _heap[child].Due)
            {
                child++;
            }

            if (child >= _heap.Count || _heap[child].Due >= moved.Due)
            {
                break;
            }

            Put(_heap[child], place);
            place = child;
        }

        Put(moved, place);
    }

    private void Put(Entry entry, int place)
    {
        _heap[place] = entry;
        entry.Deadline.Place = place;
    }

    /// <summary>
    /// A deadline with a copy of when it is over, so that comparing asks no objects. Storing into an array of structs also spares the
    /// type check that storing into an array of interfaces needs.
    /// </summary>
    private readonly record struct Entry(TimeSpan Due, IDeadline Deadline);
}
