// A process of this program that sends or receives, and does what it is told by lines on its standard input.

using System.Diagnostics;
using FireAndForget.Measuring;

namespace FireAndForget.Cluster.Processes;

/// <summary>One of the processes that are measured, as the one that measures sees it.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly string _name;

    private Child(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    /// <summary>What it said when it was ready: its address, where it has one.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts one, and waits until it is ready.</summary>
    /// <exception cref="MeasurementException">It does not get ready.</exception>
    public static async Task<Child> StartAsync(params IReadOnlyList<string> words)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string word in (string[])[typeof(Child).Assembly.Location, Program.Side, .. words])
        {
            start.ArgumentList.Add(word);
        }

        Child child = new(Process.Start(start)!, string.Join(' ', words.Take(2)));
        try
        {
            child.Address = (await child.ReadAsync("its start")).Text ?? "";
            return child;
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>Has it do something, one thing at a time.</summary>
    /// <exception cref="MeasurementException">It cannot, or does not answer.</exception>
    public async Task<SideReport> DoAsync(params IReadOnlyList<string> words)
    {
        string command = string.Join(' ', words);
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync(command);
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private async Task<SideReport> ReadAsync(string command)
    {
        while (true)
        {
            string? line;
            try
            {
                line = await _process.StandardOutput.ReadLineAsync().WaitAsync(StuckAfter);
            }
            catch (TimeoutException)
            {
                throw new MeasurementException($"{_name}, {command}: no answer after {StuckAfter.TotalSeconds} s.");
            }

            if (line is null)
            {
                throw new MeasurementException($"{_name}, {command}: the process has ended.");
            }

            if (SideReport.FromLine(line) is { } answer)
            {
                return answer.Error is null
                    ? answer
                    : throw new MeasurementException($"{_name}, {command}: {answer.Error}");
            }
        }
    }
}
