using System.Diagnostics;
using System.Text.Json;
using FireAndForget.Tests.Fuzz.Areas;
using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>A child process: runs one area's inputs until its time is up, and writes each finding to standard output as JSON.</summary>
internal static class FuzzChild
{
    public static int Run(FuzzArea area, FuzzSettings settings, string progressFile)
    {
        using FuzzProgress progress = new(progressFile);
        InputMaker inputs = area.Inputs(settings.Seed);
        Stopwatch clock = Stopwatch.StartNew();
        long index = settings.First;
        for (; clock.Elapsed.TotalSeconds < settings.Seconds; index++)
        {
            byte[] input = inputs.Input(index);
            bool isWhole = inputs.IsWhole(index);
            progress.Index = index;
            progress.Whole += isWhole ? 1 : 0;
            try
            {
                if (area.Run(input))
                {
                    progress.Taken++;
                    progress.WholeTaken += isWhole ? 1 : 0;
                }
                else
                {
                    progress.Refused++;
                }
            }
            catch (Exception e)
            {
                Report(new(index, e.ToString()));
            }
        }

        progress.Index = index;
        try
        {
            area.Close();
        }
        catch (Exception e)
        {
            Report(new(-1, e.ToString()));
        }

        return 0;
    }

    private static void Report(Finding finding) => Console.Out.WriteLine(JsonSerializer.Serialize(finding));
}
