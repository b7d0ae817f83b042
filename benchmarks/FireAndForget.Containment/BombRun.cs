// Gives each bomb to faf and says what became of it. Where it is this program's own faf that is measured, each has to end as expected.

using System.Globalization;
using System.Text.Json;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal sealed class BombRun(RunArguments arguments)
{
    /// <exception cref="MeasurementException">A bomb did what it was made for.</exception>
    public async Task<IReadOnlyList<BombRow>> RunAsync(IEnumerable<Bomb> bombs)
    {
        List<BombRow> rows = [];
        foreach (Bomb bomb in bombs)
        {
            BombRow row = await MeasureAsync(bomb).ConfigureAwait(false);
            rows.Add(row);
            Console.WriteLine($"{row.Bomb}: {row.Seconds:0.00} s, {row.PeakBytes >> 20} MiB, {row.End}: {row.Why}");
            if (!WatchedFaf.IsOther && row.End != bomb.Expected)
            {
                throw new MeasurementException($"{row.Bomb}: {row.End} and not {bomb.Expected}: {row.Why}");
            }
        }

        return rows;
    }

    private async Task<BombRow> MeasureAsync(Bomb bomb)
    {
        using BombFolder folder = new();
        IReadOnlyList<string> command = bomb.Lay(folder);
        WatchedFaf faf = await WatchedFaf.RunAsync(folder.Path, command, bomb.IsOutputRead).ConfigureAwait(false);
        return new()
        {
            Bomb = bomb.Name,
            Does = bomb.Does,
            Commit = arguments.Commit,
            FileBytes = folder.GuestBytes,
            Seconds = Math.Round(faf.Elapsed.TotalSeconds, 2),
            PeakBytes = faf.PeakBytes,
            End = EndOf(faf),
            Why = WhyOf(faf),
        };
    }

    private static BombEnd EndOf(WatchedFaf faf) =>
        faf.ExitCode switch
        {
            null => BombEnd.Ended,
            0 => BombEnd.Done,
            1 => BombEnd.Failed,
            _ => BombEnd.Crashed,
        };

    private static string WhyOf(WatchedFaf faf) =>
        faf.ExitCode switch
        {
            null => "",
            0 => Outcomes(LastLine(faf.Output)),
            1 => LastLine(faf.Error).Replace($"{BombFolder.Guest}: ", "", StringComparison.Ordinal),
            { } code => $"exit code {code}",
        };

    /// <summary>What became of the messages, by the summary of <c>faf run</c>; nothing where that was not run.</summary>
    private static string Outcomes(string summary)
    {
        if (!summary.StartsWith('{'))
        {
            return "";
        }

        using var document = JsonDocument.Parse(summary);
        return string.Join(
            ", ",
            document
                .RootElement.EnumerateObject()
                .Where(p => p.Value.ValueKind == JsonValueKind.Number && p.Value.GetInt64() != 0)
                .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name} {p.Value.GetInt64():N0}"))
        );
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("").Trim();
}
