using System.Diagnostics;
using System.Globalization;
using FireAndForget.Tests.Fuzz.Areas;
using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>Searches the areas one after the other, each for its share of the time, and keeps what is found.</summary>
internal static class FuzzRun
{
    /// <summary>The number of findings after which an area is stopped.</summary>
    private const int MostFindings = 20;

    /// <returns>The exit code: 0 where nothing was found.</returns>
    public static int Run(FuzzSettings settings, TextWriter output)
    {
        FuzzArea[] areas = [.. FuzzArea.All.Where(area => settings.Area is null || area.Name == settings.Area)];
        int weights = areas.Sum(area => area.Weight);
        output.WriteLine($"Fuzz: seed {settings.Seed}, {settings.Seconds} s");
        List<AreaResult> results = [];
        foreach (FuzzArea area in areas)
        {
            results.Add(Search(area, settings, settings.Seconds * area.Weight / weights, output));
        }

        foreach (string line in FuzzSummary.Lines(settings, results))
        {
            output.WriteLine(line);
        }

        return results.All(r => r.Findings == 0) ? 0 : 1;
    }

    private static AreaResult Search(FuzzArea area, FuzzSettings settings, double seconds, TextWriter output)
    {
        string progressFile = Path.GetTempFileName();
        try
        {
            InputMaker inputs = area.Inputs(settings.Seed);
            Stopwatch clock = Stopwatch.StartNew();
            int findings = 0;
            long first = 0;
            bool hasEnded = false;
            while (!hasEnded && findings < MostFindings)
            {
                ChildProcess child = new(settings, area.Name);
                (IReadOnlyList<Finding> found, hasEnded) = child.Run(
                    first,
                    seconds - clock.Elapsed.TotalSeconds,
                    progressFile
                );
                foreach (Finding finding in found.Take(MostFindings - findings))
                {
                    Keep(finding, area, inputs, settings, output);
                    findings++;
                }

                using FuzzProgress reached = new(progressFile);
                first = reached.Index + 1;
            }

            using FuzzProgress progress = new(progressFile);
            return new(area.Name, clock.Elapsed.TotalSeconds, progress.Taken, progress.Refused, findings)
            {
                Generated = progress.Whole,
                GeneratedTaken = progress.WholeTaken,
            };
        }
        finally
        {
            File.Delete(progressFile);
        }
    }

    /// <summary>Writes the input, and beside it what it did and how to see it again.</summary>
    private static void Keep(
        Finding finding,
        FuzzArea area,
        InputMaker inputs,
        FuzzSettings settings,
        TextWriter output
    )
    {
        Directory.CreateDirectory(settings.Output);
        string index = finding.Index.ToString(CultureInfo.InvariantCulture);
        string file = Path.Combine(settings.Output, $"{area.Name}-{settings.Seed}-{index}.input");
        string again =
            $"dotnet run --project tests/Fuzz --configuration Release -- --area={area.Name} --seed={settings.Seed} --first={Math.Max(0, finding.Index - 1_000)}";
        if (finding.Index >= 0)
        {
            File.WriteAllBytes(file, inputs.Input(finding.Index));
        }

        string replay =
            finding.Index < 0
                ? "It came about when the area was closed, behind the last input."
                : $"Replay: dotnet run --project tests/Fuzz --configuration Release -- --area={area.Name} --replay={file}";
        string text = $"""
            Area {area.Name}, seed {settings.Seed}, input {index}.
            {replay}
            With the inputs before it: {again}

            {finding.What}

            """;
        File.WriteAllText(Path.ChangeExtension(file, ".txt"), text);
        output.WriteLine($"Finding: {area.Name}, input {index}: {finding.What.Split('\n')[0]}");
        output.WriteLine($"  {replay}");
    }
}
