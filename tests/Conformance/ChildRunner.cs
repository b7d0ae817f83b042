using System.Diagnostics;
using System.Text.Json;

namespace FireAndForget.Tests.Conformance;

/// <summary>Has child processes go through a list of cases; where one ends or hangs, the next one begins behind the case that it was at.</summary>
internal static class ChildRunner
{
    /// <summary>After this a case hangs. It is long because the machine may be busy with something else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    /// <summary>Runs all cases.</summary>
    /// <param name="list">The file with the cases.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="verdicts">Gets each verdict.</param>
    /// <param name="ends">Gets the number of each case that ended or hung its process, and how.</param>
    public static void Run(string list, int count, Action<Verdict> verdicts, Action<int, string> ends)
    {
        int next = 0;
        while (next < count)
        {
            using Process child = Start(list, next);
            Task<string> errors = child.StandardError.ReadToEndAsync();
            string? how = null;
            while (how is null && next < count)
            {
                Task<string?> reading = child.StandardOutput.ReadLineAsync();
                if (!reading.Wait(Patience))
                {
                    child.Kill(entireProcessTree: true);
                    how = $"it took more than {Patience.TotalSeconds} s";
                }
                else if (reading.Result is { } line)
                {
                    Verdict verdict = JsonSerializer.Deserialize<Verdict>(line)!;
                    verdicts(verdict);
                    next = verdict.Index + 1;
                }
                else
                {
                    child.WaitForExit();
                    how = $"the process ended with exit code {child.ExitCode}: {LastLines(errors.Result)}";
                }
            }

            if (how is not null)
            {
                ends(next++, how);
            }

            child.WaitForExit();
        }
    }

    private static Process Start(string list, int first)
    {
        // By dotnet or by its own name, as this process was started.
        string program = Environment.ProcessPath!;
        bool isDotNet = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] arguments =
        [
            .. isDotNet ? [typeof(ChildRunner).Assembly.Location] : Array.Empty<string>(),
            $"--cases={list}",
            $"--first={first}",
        ];
        return Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
    }

    private static string LastLines(string text) =>
        string.Join(" / ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3));
}
