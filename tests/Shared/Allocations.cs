namespace FireAndForget.Tests;

/// <summary>
/// What code allocates on its thread. The least of a few times: beside other tests a lock may be waited for, and makes an event for the
/// first who does; what the code itself allocates is seen each time, where each time is made anew.
/// </summary>
internal static class Allocations
{
    private const int Times = 3;

    /// <summary>The least that is measured in a few times; no more are made once one is 0.</summary>
    /// <param name="measure">Prepares what is measured anew, and ends with <see cref="Of"/> of it, in bytes.</param>
    public static long Least(Func<long> measure)
    {
        long least = long.MaxValue;
        for (int time = 0; time < Times && least != 0; time++)
        {
            least = Math.Min(least, measure());
        }

        return least;
    }

    /// <summary>The managed bytes that this allocates on its thread, once.</summary>
    public static long Of(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
