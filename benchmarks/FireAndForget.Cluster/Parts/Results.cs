using System.Globalization;
using FireAndForget.Reporting;

namespace FireAndForget.Cluster.Parts;

/// <summary>What was measured, in the order of the measuring; each figure is also told at once.</summary>
internal sealed class Results
{
    private readonly List<Measurement> _measurements = [];

    public IReadOnlyList<Measurement> All => _measurements;

    public void Add(Measurement measurement)
    {
        _measurements.Add(measurement);
        string payload = measurement.Payload is { } bytes ? $", {bytes} B" : "";
        string allocated = measurement.AllocatedBytes is { } both
            ? string.Create(CultureInfo.InvariantCulture, $", {both:F1} B allocated")
            : "";
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{measurement.Name}, {measurement.Case}{payload}: {measurement.Value:F0} {measurement.Unit} (best {measurement.Best:F0}, high {measurement.High:F0}){allocated}"
            )
        );
    }

    /// <summary>Adds a figure that was measured once.</summary>
    public void Add(string name, string @case, int? payload, string unit, double value) =>
        Add(Measurement.OfSamples(name, @case, payload, unit, [value]));

    /// <summary>Adds a figure with all percentiles of its samples, which themselves are too many to be kept.</summary>
    public void AddDistribution(string name, string @case, int payload, double[] nanoseconds)
    {
        double[] sorted = [.. nanoseconds.Order()];
        Add(
            Measurement.OfSamples(name, @case, payload, "ns", nanoseconds) with
            {
                Raw = [.. Names.Percentiles.Select(p => sorted[(int)Math.Round(p / 100 * (sorted.Length - 1))])],
            }
        );
    }
}
