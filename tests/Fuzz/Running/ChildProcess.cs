using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>
/// Starts a child process for an area and watches it until it ends: an input that takes too long, memory that grows too far and an
/// end before its time are findings of the input that it was at.
/// </summary>
internal sealed class ChildProcess(FuzzSettings settings, string area)
{
    /// <summary>After this an input hangs. It is long because the machine may be busy with something else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    /// <summary>More than any input may make the process take, in bytes: a line may name a message of 1 GiB.</summary>
    private const long MostMemory = 3L << 30;

    private const int TailLength = 40;

    private readonly List<Finding> _findings = [];
    private readonly Queue<string> _tail = [];

    /// <summary>Runs the child to its end.</summary>
    /// <param name="first">The number of its first input.</param>
    /// <param name="seconds">How long it is to search.</param>
    /// <param name="progressFile">Where it says how far it is.</param>
    /// <returns>What it found, and whether it came to its end by itself.</returns>
    public (IReadOnlyList<Finding> Findings, bool HasEnded) Run(long first, double seconds, string progressFile)
    {
        using FuzzProgress progress = new(progressFile);
        progress.Index = first;
        using Process child = Start(first, seconds, progressFile);
        string? killed = Watch(child, progress, first);
        // Now all of its output has been read.
        child.WaitForExit();
        if (killed is null && child.ExitCode == 0)
        {
            return (_findings, true);
        }

        string what = killed ?? $"the process ended with exit code {child.ExitCode}";
        lock (_tail)
        {
            _findings.Add(new(progress.Index, string.Join('\n', _tail.Prepend(what))));
        }

        return (_findings, false);
    }

    private Process Start(long first, double seconds, string progressFile)
    {
        // By dotnet or by its own name, as this process was started.
        string program = Environment.ProcessPath!;
        bool isDotNet = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] arguments =
        [
            .. isDotNet ? [typeof(ChildProcess).Assembly.Location] : Array.Empty<string>(),
            $"--area={area}",
            Invariant($"--seed={settings.Seed}"),
            Invariant($"--first={first}"),
            Invariant($"--duration={Math.Max(1, Math.Ceiling(seconds))}"),
            $"--progress={progressFile}",
        ];
        Process child = new()
        {
            StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        child.OutputDataReceived += (_, line) => OnOutput(line.Data);
        child.ErrorDataReceived += (_, line) => OnError(line.Data);
        child.Start();
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }

    /// <returns>Why the child was killed; null where it ended by itself.</returns>
    private static string? Watch(Process child, FuzzProgress progress, long first)
    {
        long index = first;
        Stopwatch sinceChange = Stopwatch.StartNew();
        while (!child.WaitForExit(100))
        {
            if (progress.Index != index)
            {
                index = progress.Index;
                sinceChange.Restart();
            }

            child.Refresh();
            string? reason =
                sinceChange.Elapsed > Patience ? $"the process was at one input for {Patience.TotalSeconds} s"
                : !child.HasExited && child.WorkingSet64 > MostMemory
                    ? $"the process took {child.WorkingSet64 >> 20} MiB"
                : null;
            if (reason is not null)
            {
                child.Kill(entireProcessTree: true);
                return reason;
            }
        }

        return null;
    }

    private void OnOutput(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (line.StartsWith('{'))
        {
            _findings.Add(JsonSerializer.Deserialize<Finding>(line)!);
        }
        else
        {
            OnError(line);
        }
    }

    private void OnError(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_tail)
        {
            if (_tail.Count == TailLength)
            {
                _tail.Dequeue();
            }

            _tail.Enqueue(line);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
