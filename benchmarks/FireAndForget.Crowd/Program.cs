// Measures many receivers, and leaves the results as JSON; the build's Bench target starts it. Each crowd runs in a process of its
// own, which this program starts as itself: alone MEASURED NAME RECEIVERS MILLISECONDS.

using System.Globalization;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Crowd;

internal static class Program
{
    public const string Alone = "alone";

    private static async Task<int> Main(string[] args)
    {
        try
        {
            if (args is [Alone, var measured, var name, var receivers, var milliseconds])
            {
                Figures figures = await Figures.MeasureAsync(
                    measured,
                    name,
                    int.Parse(receivers, CultureInfo.InvariantCulture),
                    TimeSpan.FromMilliseconds(int.Parse(milliseconds, CultureInfo.InvariantCulture))
                );
                Console.WriteLine(figures.ToLine());
                return 0;
            }

            var arguments = RunArguments.Parse(args);
            ResultJson.Write(arguments.Output, "crowd", new Harness(arguments).Run());
            return 0;
        }
        catch (Exception e) when (e is MeasurementException or ArgumentException or ComponentLoadException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
