// A whole run of the containment, as the document is made from it.

namespace FireAndForget.Reporting;

/// <summary>The results of a run of the containment.</summary>
/// <param name="Run">The circumstances.</param>
/// <param name="Guests">Each hostile guest, with one worker and with two.</param>
/// <param name="Fairness">Guests that always burn their budget, in long rounds.</param>
/// <param name="Overshoot">How long what nothing interrupts goes on beyond a budget.</param>
/// <param name="Scale">What each of ten thousand components takes, by the guest's name.</param>
public sealed record ContainmentResults(
    RunInfo Run,
    IReadOnlyList<ContainmentRow> Guests,
    IReadOnlyList<ContainmentRow> Fairness,
    IReadOnlyList<Measurement> Overshoot,
    IReadOnlyDictionary<string, IReadOnlyList<Measurement>> Scale
)
{
    private const string ScalePart = "scale-";

    /// <summary>Reads what a run has left in a directory.</summary>
    /// <param name="directory">The directory, with <c>run.json</c> and the parts.</param>
    /// <returns>The results.</returns>
    /// <exception cref="FileNotFoundException">A part is missing.</exception>
    public static ContainmentResults Read(string directory) =>
        new(
            ResultJson.ReadRun(Path.Combine(directory, $"{RunInfo.FileName}.json")),
            ResultJson.ReadRows(Path.Combine(directory, "guests.json")),
            ResultJson.ReadRows(Path.Combine(directory, "fairness.json")),
            ResultJson.ReadMeasurements(Path.Combine(directory, "overshoot.json")),
            Directory
                .GetFiles(directory, $"{ScalePart}*.json")
                .Order(StringComparer.Ordinal)
                .ToDictionary(
                    file => Path.GetFileNameWithoutExtension(file)[ScalePart.Length..],
                    ResultJson.ReadMeasurements
                )
        );
}
