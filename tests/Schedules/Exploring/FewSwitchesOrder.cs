namespace FireAndForget.Tests.Exploring;

/// <summary>
/// A thread goes on for as long as it can, and then the next one, but that at the moments given the turn passes on to the one behind
/// who would have had it. What a thread writes others see at once, or not before its next full fence.
/// </summary>
/// <remarks>Few such moments make all orders that a bug of few threads needs (Emmi, Qadeer, Rakamaric, Delay-Bounded Scheduling, 2011).</remarks>
/// <param name="isLate">Whether others see what a thread writes as late as can be.</param>
/// <param name="switches">At which of the moments where there is a choice the turn passes on, in order.</param>
internal sealed class FewSwitchesOrder(bool isLate, int[] switches) : Order
{
    private int _done;
    private bool _hasEnded;

    /// <summary>At how many moments there was a choice.</summary>
    public int Moments { get; private set; }

    public int[] Switches => switches;

    public override bool IsLate => isLate;

    /// <summary>The same again: a switch at a third look finds what one at the second does, in a loop that goes on or is left.</summary>
    public override int MostLooks => 2;

    /// <summary>More than a worker spins for before it sleeps.</summary>
    public override int LooksOfWaiting => 1000;

    public override void EndChoices() => _hasEnded = true;

    public override ScheduledThread Choose(ScheduledThread running, IReadOnlyList<ScheduledThread> runnable)
    {
        int next = 0;
        while (next < runnable.Count - 1 && runnable[next].Number < running.Number)
        {
            next++;
        }

        // Behind the last comes the first.
        next = runnable[next].Number < running.Number ? 0 : next;
        if (runnable.Count == 1 || _hasEnded)
        {
            return runnable[next];
        }

        int moment = Moments++;
        while (_done < switches.Length && switches[_done] == moment)
        {
            next = (next + 1) % runnable.Count;
            _done++;
        }

        return runnable[next];
    }

    public override string ToString() =>
        $"what is written is seen {(isLate ? "late" : "at once")}, switches at the moments {string.Join(", ", switches)}";
}
