// Each hostile guest in turn, beside one neighbour for each worker.

using FireAndForget.Reporting;

namespace FireAndForget.Containment;

internal sealed class BesideHostileGuests(RunArguments arguments)
{
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(100);

    /// <exception cref="Measuring.MeasurementException">A neighbour noticed.</exception>
    public async Task<IReadOnlyList<ContainmentRow>> RunAsync()
    {
        List<ContainmentRow> rows = [];
        foreach (HostileGuest guest in HostileGuests.All)
        {
            foreach (int workers in (int[])[1, 2])
            {
                ContainmentRow row = await new Rivals(guest, workers, RoundTime)
                    .RunAsync(arguments.IsQuick ? 1 : 5)
                    .ConfigureAwait(false);
                rows.Add(row);
                Console.WriteLine(
                    $"{row.Guest}, {row.Does}, {workers} workers: {string.Join(' ', row.Kept)}; {string.Join(", ", row.Ends)}"
                );
            }
        }

        return rows;
    }
}
