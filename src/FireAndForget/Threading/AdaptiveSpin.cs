namespace FireAndForget.Threading;

/// <summary>
/// Decides whether waiting awake pays. What another core answers within a microsecond is there sooner than a thread can be given up
/// and taken up again; what takes longer is not worth the time. So after a wait in vain the next ones are left out, and one in seventeen
/// finds out whether that has changed. Any number of threads may share one: a count that two of them change at once costs a wait more
/// or less.
/// </summary>
/// <param name="processors">How many there are: where it is one, nothing can happen while this thread spins.</param>
internal sealed class AdaptiveSpin(int processors)
{
    /// <summary>How often the condition is looked at, with about 40 ns between two looks: 2 to 3 microseconds in all.</summary>
    public const int Looks = 64;

    /// <summary>How many waits are left out behind one in vain.</summary>
    public const int LeftOut = 16;

    private int _leftOut;

    /// <summary>Waits awake for a short time, where that paid lately.</summary>
    /// <param name="state">What is looked at.</param>
    /// <param name="isDone">Whether it has happened.</param>
    /// <returns>Whether it has happened.</returns>
    public bool Wait<T>(T state, Func<T, bool> isDone)
    {
        if (processors == 1)
        {
            return false;
        }

        if (_leftOut > 0)
        {
            _leftOut--;
            return false;
        }

        for (int i = 0; i < Looks; i++)
        {
            if (isDone(state))
            {
                return true;
            }

            Thread.SpinWait(1);
        }

        _leftOut = LeftOut;
        return false;
    }
}
