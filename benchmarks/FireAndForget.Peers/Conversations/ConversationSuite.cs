// What goes beyond one message to one target: requests and answers, a message to many, messages for later.

using System.Globalization;
using FireAndForget.Measuring;
using FireAndForget.Reporting;

namespace FireAndForget.Peers.Conversations;

internal static class ConversationSuite
{
    /// <summary>Measures what the arguments include.</summary>
    /// <exception cref="MeasurementException">Messages were lost or refused.</exception>
    public static async Task<IReadOnlyList<Measurement>> RunAsync(RunArguments arguments)
    {
        // Later messages first: their memory is the growth of the process.
        IReadOnlyList<Measurement> measurements =
        [
            .. await Laters.MeasureAsync(arguments).ConfigureAwait(false),
            .. await Requests.MeasureAsync(arguments).ConfigureAwait(false),
            .. await new Publishes(arguments).MeasureAsync().ConfigureAwait(false),
        ];
        foreach (Measurement m in measurements)
        {
            string allocated = m.AllocatedBytes is { } bytes ? $", {bytes:F1} B allocated" : "";
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{m.Name}, {m.Case}, {m.Payload} B: {m.Value:F1} {m.Unit} (best {m.Best:F1}){allocated}"
                )
            );
        }

        return measurements;
    }
}
