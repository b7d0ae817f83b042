// A whole run as the document is made from it: the measurements of all parts, the circumstances, and the reasons that people
// have written down beside them.

namespace FireAndForget.Reporting;

/// <summary>The results of a run.</summary>
public sealed class RunResults
{
    private readonly IReadOnlyList<Measurement> _measurements;

    /// <summary>Results out of their parts.</summary>
    /// <param name="run">The circumstances.</param>
    /// <param name="measurements">The measurements of all parts.</param>
    /// <param name="notes">The reasons that people wrote down.</param>
    public RunResults(RunInfo run, IReadOnlyList<Measurement> measurements, Notes notes)
    {
        Run = run;
        _measurements = measurements;
        Notes = notes;
    }

    /// <summary>The circumstances.</summary>
    public RunInfo Run { get; }

    /// <summary>The circumstances of what was measured between processes, which is also run alone; null: it was not.</summary>
    public RunInfo? ClusterRun { get; init; }

    /// <summary>The reasons that people wrote down.</summary>
    public Notes Notes { get; }

    /// <summary>Reads what a run has left in a directory, and the notes beside it.</summary>
    /// <param name="directory">The directory, with <c>run.json</c>, the parts and perhaps <c>notes.md</c>.</param>
    /// <returns>The results.</returns>
    /// <exception cref="FileNotFoundException">There is no <c>run.json</c>.</exception>
    public static RunResults Read(string directory)
    {
        string runFile = Path.Combine(directory, $"{RunInfo.FileName}.json");
        string clusterFile = Path.Combine(directory, $"{ClusterNames.Run}.json");
        IEnumerable<string> parts = Directory
            .GetFiles(directory, "*.json")
            .Where(file => file != runFile && file != clusterFile)
            .Order(StringComparer.Ordinal);
        return new(
            ResultJson.ReadRun(runFile),
            [.. parts.SelectMany(ResultJson.ReadMeasurements)],
            Notes.Read(Path.Combine(directory, Notes.FileName))
        )
        {
            ClusterRun = File.Exists(clusterFile) ? ResultJson.ReadRun(clusterFile) : null,
        };
    }

    /// <summary>A measurement; null where the run has none such.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="case">In which case.</param>
    /// <param name="payload">With messages of which length.</param>
    /// <returns>The measurement, or null.</returns>
    public Measurement? Find(string name, string @case = "", int? payload = null) =>
        _measurements.FirstOrDefault(m => m.Name == name && m.Case == @case && m.Payload == payload);

    /// <summary>The figure of a measurement; null where the run has none such.</summary>
    internal double? FindValue(string name, string @case = "", int? payload = null) =>
        Find(name, @case, payload)?.Value;

    /// <summary>All measurements of a name, in the order of the run.</summary>
    /// <param name="name">What was measured.</param>
    /// <returns>The measurements.</returns>
    public IEnumerable<Measurement> All(string name) => _measurements.Where(m => m.Name == name);
}
