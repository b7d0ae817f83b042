// The others' share beside a guest that always burns its budget, in rounds long enough for many budgets.

using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal sealed class Fairness(RunArguments arguments)
{
    /// <exception cref="Measuring.MeasurementException">A neighbour noticed.</exception>
    public async Task<IReadOnlyList<ContainmentRow>> RunAsync()
    {
        List<ContainmentRow> rows = [];
        foreach ((HostileGuest guest, double seconds, int rounds) in Guests())
        {
            foreach (int workers in (int[])[1, 2])
            {
                ContainmentRow row = await new Rivals(guest, workers, TimeSpan.FromSeconds(seconds))
                    .RunAsync(arguments.IsQuick ? 1 : rounds)
                    .ConfigureAwait(false);
                rows.Add(row);
                Console.WriteLine($"{row.Does}, {workers} workers: {string.Join(' ', row.Kept)}");
            }
        }

        return rows;
    }

    private static IEnumerable<(HostileGuest, double Seconds, int Rounds)> Guests() =>
        [(Burning(10), 0.6, 5), (Burning(100), 2, 3), (HostileGuests.Trapping, 0.6, 5)];

    private static HostileGuest Burning(int budget) =>
        HostileGuests.Burning with
        {
            Does = $"burns its budget of {budget} ms, always",
            Budget = TimeSpan.FromMilliseconds(budget),
        };
}
