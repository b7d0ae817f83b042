// A whole run of the containment, as the document is made from it.

namespace FireAndForget.Reporting;

/// <summary>The results of a run of the containment.</summary>
/// <param name="Run">The circumstances.</param>
/// <param name="Guests">Each hostile guest, with one worker and with two.</param>
/// <param name="Fairness">Guests that always burn their budget, in long rounds.</param>
/// <param name="Overshoot">How long what nothing interrupts goes on beyond a budget.</param>
/// <param name="Churn">What a busy pair does alone and while components come and go.</param>
/// <param name="Bombs">What small files cost that ask for much.</param>
/// <param name="BombsBefore">The same at an earlier commit; empty where that was not measured.</param>
/// <param name="Scale">What each of ten thousand components takes, by the guest's name.</param>
public sealed record ContainmentResults(
    RunInfo Run,
    IReadOnlyList<ContainmentRow> Guests,
    IReadOnlyList<ContainmentRow> Fairness,
    IReadOnlyList<Measurement> Overshoot,
    IReadOnlyList<Measurement> Churn,
    IReadOnlyList<BombRow> Bombs,
    IReadOnlyList<BombRow> BombsBefore,
    IReadOnlyDictionary<string, IReadOnlyList<Measurement>> Scale
)
{
    /// <summary>The file of <see cref="BombsBefore"/>, which a run does not make.</summary>
    public const string BombsBeforeFile = "bombs-before.json";

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
            ResultJson.ReadMeasurements(Path.Combine(directory, "churn.json")),
            ResultJson.ReadBombs(Path.Combine(directory, "bombs.json")),
            File.Exists(Path.Combine(directory, BombsBeforeFile))
                ? ResultJson.ReadBombs(Path.Combine(directory, BombsBeforeFile))
                : [],
            Directory
                .GetFiles(directory, $"{ScalePart}*.json")
                .Order(StringComparer.Ordinal)
                .ToDictionary(
                    file => Path.GetFileNameWithoutExtension(file)[ScalePart.Length..],
                    ResultJson.ReadMeasurements
                )
        );
}
