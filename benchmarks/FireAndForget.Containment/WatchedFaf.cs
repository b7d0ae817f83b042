// A process of faf under a watch, which notes how much memory it has resident at most and ends it where it takes too much.

using System.Diagnostics;
using System.Text;
using FireAndForget.Measuring;

namespace FireAndForget.Containment;

/// <param name="Elapsed">How long it lasted, its start included.</param>
/// <param name="PeakBytes">The most memory that it had resident.</param>
/// <param name="ExitCode">How it ended; null where the watch ended it.</param>
/// <param name="Output">The end of standard output; empty where that was not read.</param>
/// <param name="Error">Standard error.</param>
internal sealed record WatchedFaf(TimeSpan Elapsed, long PeakBytes, int? ExitCode, string Output, string Error)
{
    /// <summary>What a process may have resident before it is ended.</summary>
    public const long MostBytes = 4L << 30;

    /// <summary>How long a process may last before it is ended.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    /// <summary>Names the faf.dll that is measured, where that is not the one beside this program.</summary>
    private const string MeasuredVariable = "FAF_MEASURED";

    private const int OutputKept = 4096;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether it is another faf that is measured.</summary>
    public static bool IsOther => Environment.GetEnvironmentVariable(MeasuredVariable) is not null;

    private static string Program =>
        Path.GetFullPath(
            Environment.GetEnvironmentVariable(MeasuredVariable) ?? Path.Combine(AppContext.BaseDirectory, "faf.dll")
        );

    /// <summary>Runs faf in a folder until it ends or is ended.</summary>
    /// <exception cref="MeasurementException">There is no faf.</exception>
    public static async Task<WatchedFaf> RunAsync(string folder, IReadOnlyList<string> arguments, bool readsOutput)
    {
        if (!File.Exists(Program))
        {
            throw new MeasurementException($"There is no {Program}; {MeasuredVariable} names the faf.dll to measure.");
        }

        ProcessStartInfo start = new(DotNet, [Program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Each pays for itself.
        start.Environment["FAF_CACHE_DIR"] = "off";
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = readsOutput ? ReadEndAsync(process.StandardOutput) : Task.FromResult("");
        Task<string> error = ReadEndAsync(process.StandardError);
        (TimeSpan elapsed, long peak, bool isEnded) = await WatchAsync(process, started).ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return new(
            elapsed,
            peak,
            isEnded ? null : process.ExitCode,
            await output.ConfigureAwait(false),
            await error.ConfigureAwait(false)
        );
    }

    private static async Task<(TimeSpan Elapsed, long Peak, bool IsEnded)> WatchAsync(Process process, long started)
    {
        Task exited = process.WaitForExitAsync();
        long peak = 0;
        while (await Task.WhenAny(exited, Task.Delay(BetweenLooks)).ConfigureAwait(false) != exited)
        {
            peak = Math.Max(peak, PeakOf(process));
            if (peak > MostBytes || Stopwatch.GetElapsedTime(started) > MostTime)
            {
                process.Kill(entireProcessTree: true);
                return (Stopwatch.GetElapsedTime(started), Math.Min(peak, MostBytes), IsEnded: true);
            }
        }

        return (Stopwatch.GetElapsedTime(started), peak, IsEnded: false);
    }

    /// <summary>What it had resident at most; 0 where it ended since it was looked at.</summary>
    private static long PeakOf(Process process)
    {
        process.Refresh();
        try
        {
            return process.HasExited ? 0 : process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    /// <summary>Reads everything and keeps the end.</summary>
    private static async Task<string> ReadEndAsync(StreamReader reader)
    {
        StringBuilder kept = new();
        char[] buffer = new char[1 << 16];
        for (int length; (length = await reader.ReadAsync(buffer).ConfigureAwait(false)) != 0; )
        {
            kept.Append(buffer, 0, length);
            kept.Remove(0, Math.Max(0, kept.Length - OutputKept));
        }

        return kept.ToString();
    }

    /// <summary>The dotnet that runs this program, where it is not run by its own name.</summary>
    private static string DotNet =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
}
