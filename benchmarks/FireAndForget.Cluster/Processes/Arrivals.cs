// Counts the messages of a process that receives, and tells when as many have come as are waited for.

using System.Diagnostics;

namespace FireAndForget.Cluster.Processes;

/// <summary>What has arrived in this process.</summary>
internal static class Arrivals
{
    private static long _count;
    private static long _awaited = long.MaxValue;
    private static TaskCompletionSource<long> _reached = new();

    public static long Count => Interlocked.Read(ref _count);

    /// <summary>Counts one; called by what receives.</summary>
    public static void Add()
    {
        // The increment is ordered before the reading, and in ReachAsync the writing before the reading of the count, so that one of
        // both sees that the last message has come.
        if (Interlocked.Increment(ref _count) == Volatile.Read(ref _awaited))
        {
            _reached.TrySetResult(Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Waits until so many have come since the process began.</summary>
    /// <returns>When the last of them came, in ticks of the clock.</returns>
    public static Task<long> ReachAsync(long count)
    {
        _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _awaited, count);
        if (Count >= count)
        {
            _reached.TrySetResult(Stopwatch.GetTimestamp());
        }

        return _reached.Task;
    }
}
