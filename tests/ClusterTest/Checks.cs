using System.Diagnostics;

namespace FireAndForget.Tests.ClusterTest;

/// <summary>What was looked at, and how it was.</summary>
internal sealed class Checks
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Runs a scenario; an exception is a failure of it.</summary>
    public async Task RunAsync(string name, Func<Task> scenario)
    {
        long start = Stopwatch.GetTimestamp();
        Console.WriteLine($"{name}:");
        try
        {
            await scenario();
        }
        catch (Exception e)
        {
            That("it came to its end", false, e.ToString());
        }

        Console.WriteLine($"  ({Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s)");
    }

    /// <summary>Notes whether something is so.</summary>
    public void That(string what, bool isSo, string details = "")
    {
        if (isSo)
        {
            Passed++;
        }
        else
        {
            Failed++;
        }

        Console.WriteLine($"  {(isSo ? "passed" : "FAILED")}: {what}{(details.Length == 0 ? "" : $": {details}")}");
    }
}
