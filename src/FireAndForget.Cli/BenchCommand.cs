using FireAndForget.Measuring;

namespace FireAndForget.Cli;

/// <summary><c>faf bench</c>: measures a receiver with messages of several lengths and writes what each costs.</summary>
internal static class BenchCommand
{
    /// <summary>Measures the file.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">The file cannot be hosted, or does not survive the messages.</exception>
    public static async Task<int> RunAsync(string file, IReadOnlyList<int> payloads, bool json)
    {
        bool isFirst = true;
        foreach (int payload in payloads)
        {
            ReceiverFigures figures = await MeasureAsync(file, payload).ConfigureAwait(false);
            if (json)
            {
                BenchReport.WriteJson(figures);
            }
            else
            {
                BenchReport.WriteRow(figures, withHeadings: isFirst);
            }

            isFirst = false;
        }

        return ExitCode.Done;
    }

    private static async Task<ReceiverFigures> MeasureAsync(string file, int payload)
    {
        try
        {
            return await ReceiverBench.MeasureAsync(ComponentSource.FromFile(file), payload).ConfigureAwait(false);
        }
        catch (ComponentLoadException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message);
        }
        catch (MeasurementException e)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{file}: cannot be measured with messages of {payload} bytes: {e.Message}. See what becomes of them with faf run."
            );
        }
    }
}
