using System.Diagnostics;

namespace FireAndForget.Measuring;

/// <summary>Repeats a piece of work and times it.</summary>
public static class Rounds
{
    /// <summary>For how many rounds' time the work is warmed up.</summary>
    private const int WarmUpRounds = 6;

    private const int MostRepetitions = 1 << 28;

    /// <summary>Finds how many repetitions fill a round, by the best time of one while the work is warmed up.</summary>
    /// <param name="work">Does the work as often as its argument says.</param>
    /// <param name="time">How long a round is to take.</param>
    /// <returns>The repetitions, at least 1.</returns>
    public static int Calibrate(Action<int> work, TimeSpan time)
    {
        double best = double.MaxValue;
        int count = 1;
        long start = Stopwatch.GetTimestamp();
        do
        {
            best = Math.Min(best, Time(work, count) / count);
            count = (int)Math.Clamp(time.TotalNanoseconds / best, 1, Math.Min(count * 2L, MostRepetitions));
        } while (Stopwatch.GetElapsedTime(start) < time * WarmUpRounds);

        return count;
    }

    /// <summary>Times one round.</summary>
    /// <param name="work">Does the work as often as its argument says.</param>
    /// <param name="count">How many times.</param>
    /// <returns>The round's time in nanoseconds.</returns>
    public static double Time(Action<int> work, int count)
    {
        ArgumentNullException.ThrowIfNull(work);
        long start = Stopwatch.GetTimestamp();
        work(count);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    /// <summary>The best of several rounds.</summary>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="work">Does the work as often as its argument says.</param>
    /// <param name="count">How many times in a round.</param>
    /// <returns>The time of one repetition in the best round, in nanoseconds.</returns>
    public static double Best(int rounds, Action<int> work, int count)
    {
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            best = Math.Min(best, Time(work, count) / count);
        }

        return best;
    }
}
