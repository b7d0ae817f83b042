namespace FireAndForget.Tests.Exploring;

/// <summary>Decides by a seed. The same seed gives the same run.</summary>
/// <remarks>
/// Half of the seeds walk at random; the other half give the threads priorities and change them at a few random moments, which finds
/// bugs of few switches soon (Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs, 2010).
/// </remarks>
internal sealed class SeededOrder : Order
{
    private readonly Random _random;
    private readonly bool _hasPriorities;
    private readonly int _switchOneIn;
    private readonly HashSet<int> _changes = [];

    /// <summary>At each step one of this many late writes becomes visible; 0: none becomes visible by itself.</summary>
    private readonly int _seenOneIn;
    private int _lowest;

    /// <summary>An order.</summary>
    /// <param name="seed">What decides.</param>
    /// <param name="length">How many steps the scenario takes, about.</param>
    public SeededOrder(int seed, int length)
    {
        // The first numbers of seeds that are close to each other are close, too.
        _random = new((int)((uint)seed * 2654435761u >> 1));
        _hasPriorities = _random.Next(2) == 0;
        _switchOneIn = 2 << _random.Next(4);
        int changes = _random.Next(1, 6);
        int within = Math.Max(1, length >> _random.Next(3));
        for (int i = 0; _hasPriorities && i < changes; i++)
        {
            _changes.Add(_random.Next(within));
        }

        IsLate = _random.Next(4) != 0;
        _seenOneIn = _random.Next(5) is var rarely and not 0 ? 1 << (2 * rarely) : 0;
    }

    public override bool IsLate { get; }

    public override int MostLooks => 12;

    public override int LooksOfWaiting => MostLooks;

    public override void Add(ScheduledThread thread) => thread.Priority = _random.Next(1, 1 << 20);

    public override void Step(int number, ScheduledThread running)
    {
        if (_changes.Contains(number))
        {
            running.Priority = --_lowest;
        }
    }

    public override void Yielded(ScheduledThread running) => running.Priority = --_lowest;

    public override bool SeesAll() => _random.Next(2) == 0;

    public override bool SeesNext() => _seenOneIn != 0 && _random.Next(_seenOneIn) == 0;

    public override bool Interrupts() => _random.Next(4) == 0;

    public override bool Stays() => !_hasPriorities && _random.Next(_switchOneIn) != 0;

    public override ScheduledThread Choose(ScheduledThread running, IReadOnlyList<ScheduledThread> runnable) =>
        _hasPriorities ? runnable.MaxBy(t => t.Priority)! : runnable[_random.Next(runnable.Count)];
}
