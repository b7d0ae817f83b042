// Measures all crowds, each in a process of its own, in rounds that alternate, so that whatever the machine does meanwhile it does
// to all of them.

using System.Diagnostics;
using System.Globalization;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Crowd;

internal sealed class Harness(RunArguments arguments)
{
    private static readonly int[] Sizes = [1, 100, 1_000, 10_000];
    private readonly List<Measurement> _measurements = [];

    private int RoundCount => arguments.IsQuick ? 1 : 3;

    private int RoundMilliseconds => arguments.IsQuick ? 300 : 2_000;

    /// <summary>Measures them.</summary>
    /// <exception cref="MeasurementException">One lost messages.</exception>
    public IReadOnlyList<Measurement> Run()
    {
        foreach (int receivers in Sizes)
        {
            Measure(Names.CrowdInTurn, Crowds.InTurn, receivers);
            if (receivers > 1)
            {
                Measure(Names.CrowdHops, Crowds.Forwarding, receivers);
            }
        }

        return _measurements;
    }

    private void Measure(string measured, IReadOnlyList<string> names, int receivers)
    {
        string[] chosen = [.. names.Where(name => arguments.Includes($"{measured} {name} {receivers}"))];
        var figures = chosen.ToDictionary(name => name, _ => new List<Figures>());
        for (int round = 0; round < RoundCount; round++)
        {
            foreach (string name in chosen)
            {
                figures[name].Add(RunAlone(measured, name, receivers));
            }
        }

        foreach (string name in chosen)
        {
            Add(measured, name, receivers, figures[name]);
        }
    }

    private void Add(string measured, string name, int receivers, List<Figures> figures)
    {
        string @case = Names.CrowdOf(name, receivers);
        Measurement time = Measurement.OfSamples(
            measured,
            @case,
            Crowds.MessageBytes(measured, name),
            "ns",
            [.. figures.SelectMany(figure => figure.Nanoseconds)]
        ) with
        {
            AllocatedBytes = figures.Min(figure => figure.AllocatedBytes),
            // Thousands of short laps would be the larger part of the page's files.
            Raw = [.. figures.Select(figure => Math.Round(figure.Median, 3))],
        };
        _measurements.Add(time);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measured}, {@case}: {time.Value:F0} ns (best {time.Best:F0}), {time.AllocatedBytes:F1} B"
            )
        );
        if (measured == Names.CrowdInTurn && receivers >= 1_000)
        {
            AddOther(Names.CrowdAdd, @case, "us", figures.Select(figure => figure.AddMicroseconds));
            AddOther(Names.CrowdIdle, @case, "KiB", figures.Select(figure => figure.IdleKiB));
            AddOther(Names.CrowdUsed, @case, "KiB", figures.Select(figure => figure.UsedKiB));
            AddOther(Names.CrowdDispose, @case, "ms", figures.Select(figure => figure.DisposeMilliseconds));
        }
    }

    private void AddOther(string measured, string @case, string unit, IEnumerable<double> samples)
    {
        var measurement = Measurement.OfSamples(measured, @case, null, unit, [.. samples]);
        _measurements.Add(measurement);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{measured}, {@case}: {measurement.Value:F1} {unit}")
        );
    }

    private Figures RunAlone(string measured, string name, int receivers)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                typeof(Harness).Assembly.Location,
                Program.Alone,
                measured,
                name,
                receivers.ToString(CultureInfo.InvariantCulture),
                RoundMilliseconds.ToString(CultureInfo.InvariantCulture),
            },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? Figures.FromLine(output.Trim().Split('\n')[^1])
            : throw new MeasurementException($"{measured}, {name}, {receivers}: it ended with {process.ExitCode}.");
    }
}
