namespace FireAndForget.Tests.Exploring;

/// <summary>One run of a scenario: of all its threads one runs at a time, and at each access to what they share an order decides which goes on.</summary>
internal sealed class Schedule
{
    /// <summary>Far more than any scenario needs: threads only wait for each other then, and none gets on.</summary>
    private const int MostSteps = 200_000;

    private readonly Order _order;
    private readonly List<string>? _trace;
    private readonly ManualResetEvent _ended = new(false);
    private readonly List<ScheduledThread> _threads = [];
    private readonly List<ScheduledThread> _runnable = [];
    private ScheduledThread? _running;
    private long _changed;

    /// <summary>A schedule.</summary>
    /// <param name="order">What decides.</param>
    /// <param name="isTraced">Whether it notes what each thread does.</param>
    public Schedule(Order order, bool isTraced)
    {
        _order = order;
        _trace = isTraced ? [] : null;
        Memory = new(this, order);
    }

    public LateMemory Memory { get; }

    public IReadOnlyList<ScheduledThread> Threads => _threads;

    public int Steps { get; private set; }

    /// <summary>What went wrong; null: nothing.</summary>
    public string? Failure { get; private set; }

    public IEnumerable<string> Trace => _trace ?? [];

    /// <summary>Runs a scenario until all its threads have ended, or something went wrong.</summary>
    public void Run(Action scenario)
    {
        ScheduledThread first = Add("scenario");
        _running = first;
        SystemThreads.Run(() => first.Run(scenario));
        first.LetRun();
        if (!_ended.WaitOne(TimeSpan.FromMinutes(1)))
        {
            Failure ??=
                $"{_running!.Name} has been running for a minute: it waits for something that is not the schedule's.";
        }
    }

    /// <summary>Starts a thread; it runs when it is chosen.</summary>
    public ScheduledThread Start(string name, Action body)
    {
        ScheduledThread thread = Add(name);
        SystemThreads.Run(() => thread.Run(body));
        Memory.Fence(ScheduledThread.Current!);
        Pass(new($"starts {name}", "", 0));
        return thread;
    }

    /// <summary>The running thread is about to do something that others may see.</summary>
    public void Pass(Place place)
    {
        Note(place);
        Memory.Settle();
        SwitchTo(Choose());
    }

    /// <summary>
    /// Called after the running thread did something that others may see, when it goes on to code without a step.
    /// </summary>
    public void MayInterrupt()
    {
        if (_order.Interrupts())
        {
            SwitchTo(Choose());
        }
    }

    /// <summary>As <see cref="Pass"/>, for what only looks: one that looks again and again and sees the same waits for others to do something.</summary>
    public void Look(Place place)
    {
        ScheduledThread thread = _running!;
        if (thread.LooksOf != _changed)
        {
            thread.Looks.Clear();
            thread.LooksOf = _changed;
        }

        int looks = thread.Looks.GetValueOrDefault(place);
        thread.Looks[place] = looks + 1;
        if (looks < _order.MostLooks)
        {
            Pass(place);
        }
        else if (looks % _order.LooksOfWaiting == 0)
        {
            Yield();
        }
    }

    /// <summary>What the scenario is about is over.</summary>
    public void EndChoices() => _order.EndChoices();

    /// <summary>Notes that a thread may see something new.</summary>
    public void NoteChange() => _changed++;

    /// <summary>The running thread cannot get on before others did something.</summary>
    public void Yield()
    {
        ScheduledThread thread = _running!;
        Note(new("yields", "", 0));
        Memory.Fence(thread);
        if (_order.SeesAll())
        {
            Memory.FenceAll();
        }

        _order.Yielded(thread);
        CollectRunnable();
        if (_runnable.Count > 1)
        {
            _runnable.Remove(thread);
        }

        SwitchTo(ChooseRunnable());
    }

    /// <summary>The running thread waits for something that others do. What it is may only change where they pass.</summary>
    public void WaitUntil(Func<bool> condition, string what)
    {
        ScheduledThread thread = _running!;
        if (condition())
        {
            return;
        }

        // Others may go on before they see what it did last.
        Pass(new($"waits for {what}", "", 0));
        Memory.Fence(thread);
        thread.WaitsUntil = condition;
        thread.WaitsFor = what;
        SwitchTo(Choose());
        thread.WaitsUntil = null;
    }

    /// <summary>Ends a thread and lets another one go on.</summary>
    public void Leave(ScheduledThread thread)
    {
        Memory.Fence(thread);
        if (_threads.TrueForAll(t => t.IsDone))
        {
            _ended.Set();
        }
        else if (Choose() is { } next)
        {
            _running = next;
            next.LetRun();
        }
    }

    /// <summary>Something is wrong: the run ends here, and none of its threads goes on.</summary>
    public void Fail(string reason)
    {
        Failure ??= reason;
        _ended.Set();
        System.Threading.Thread.Sleep(Timeout.Infinite);
    }

    private ScheduledThread Add(string name)
    {
        ScheduledThread thread = new(this, name, _threads.Count);
        _order.Add(thread);
        _threads.Add(thread);
        return thread;
    }

    private void Note(Place place)
    {
        _trace?.Add($"{_running!.Name} {place}");
        if (++Steps > MostSteps)
        {
            Fail($"No end after {MostSteps} steps: {State()}");
        }

        _order.Step(Steps, _running!);
    }

    private void CollectRunnable()
    {
        _runnable.Clear();
        foreach (ScheduledThread thread in _threads)
        {
            if (thread.CanRun)
            {
                _runnable.Add(thread);
            }
        }
    }

    private ScheduledThread? Choose()
    {
        if (_running!.CanRun && _order.Stays())
        {
            return _running;
        }

        CollectRunnable();
        if (_runnable.Count == 0)
        {
            Memory.FenceAll();
            CollectRunnable();
        }

        return ChooseRunnable();
    }

    private ScheduledThread? ChooseRunnable()
    {
        if (_runnable.Count == 0)
        {
            Fail($"Nobody gets on: {State()}");
        }

        return _order.Choose(_running!, _runnable);
    }

    private void SwitchTo(ScheduledThread? next)
    {
        ScheduledThread before = _running!;
        if (next != before)
        {
            _running = next;
            next!.LetRun();
            before.AwaitTurn();
        }
    }

    private string State() =>
        string.Join(
            ", ",
            _threads
                .Where(t => !t.IsDone)
                .Select(t => t.WaitsUntil is null ? $"{t.Name} runs" : $"{t.Name} waits for {t.WaitsFor}")
        );
}
