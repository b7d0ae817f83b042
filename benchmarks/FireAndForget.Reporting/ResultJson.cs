// How results are stored: one JSON file for each part of a run, one measurement a line, so that a new run shows in a diff.

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FireAndForget.Reporting;

/// <summary>Writes and reads the files of results.</summary>
public static class ResultJson
{
    private static readonly JsonSerializerOptions Compact = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = global::System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true, NewLine = "\n" };

    /// <summary>Writes the measurements of one part of a run.</summary>
    /// <param name="directory">The directory; it is made where there is none.</param>
    /// <param name="part">The part's name: the file is called so.</param>
    /// <param name="measurements">The measurements.</param>
    public static void Write(string directory, string part, IReadOnlyList<Measurement> measurements) =>
        WriteRows(directory, part, measurements);

    /// <summary>Writes the rows of one part of a run of the containment.</summary>
    /// <param name="directory">The directory; it is made where there is none.</param>
    /// <param name="part">The part's name: the file is called so.</param>
    /// <param name="rows">The rows.</param>
    public static void Write(string directory, string part, IReadOnlyList<ContainmentRow> rows) =>
        WriteRows(directory, part, rows);

    /// <summary>Writes what small files cost that ask for much.</summary>
    /// <param name="directory">The directory; it is made where there is none.</param>
    /// <param name="part">The part's name: the file is called so.</param>
    /// <param name="bombs">The rows.</param>
    public static void Write(string directory, string part, IReadOnlyList<BombRow> bombs) =>
        WriteRows(directory, part, bombs);

    /// <summary>Writes the circumstances of a run.</summary>
    /// <param name="directory">The directory; it is made where there is none.</param>
    /// <param name="run">The circumstances.</param>
    /// <param name="name">The file's name without the extension: another one where they are those of a part only.</param>
    public static void Write(string directory, RunInfo run, string name = RunInfo.FileName)
    {
        Directory.CreateDirectory(directory);
        string text = JsonSerializer.Serialize(run, Indented);
        File.WriteAllText(Path.Combine(directory, $"{name}.json"), text + "\n");
    }

    /// <summary>Reads one file of measurements.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The measurements, in their order.</returns>
    /// <exception cref="JsonException">The file does not hold measurements.</exception>
    public static IReadOnlyList<Measurement> ReadMeasurements(string path) =>
        JsonSerializer.Deserialize<Measurement[]>(File.ReadAllBytes(path), Compact) ?? [];

    /// <summary>Reads one file of rows of the containment.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows, in their order.</returns>
    /// <exception cref="JsonException">The file does not hold such rows.</exception>
    public static IReadOnlyList<ContainmentRow> ReadRows(string path) =>
        JsonSerializer.Deserialize<ContainmentRow[]>(File.ReadAllBytes(path), Compact) ?? [];

    /// <summary>Reads one file of what small files cost that ask for much.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows, in their order.</returns>
    /// <exception cref="JsonException">The file does not hold such rows.</exception>
    public static IReadOnlyList<BombRow> ReadBombs(string path) =>
        JsonSerializer.Deserialize<BombRow[]>(File.ReadAllBytes(path), Compact) ?? [];

    /// <summary>Reads the circumstances of a run.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The circumstances.</returns>
    /// <exception cref="JsonException">The file does not hold them.</exception>
    public static RunInfo ReadRun(string path) =>
        JsonSerializer.Deserialize<RunInfo>(File.ReadAllBytes(path), Compact)
        ?? throw new JsonException($"{path} holds null and not the circumstances of a run.");

    private static void WriteRows<T>(string directory, string part, IReadOnlyList<T> rows)
    {
        Directory.CreateDirectory(directory);
        var text = new StringBuilder("[\n");
        for (int i = 0; i < rows.Count; i++)
        {
            text.Append("  ").Append(JsonSerializer.Serialize(rows[i], Compact));
            text.Append(i + 1 < rows.Count ? ",\n" : "\n");
        }

        File.WriteAllText(Path.Combine(directory, $"{part}.json"), text.Append("]\n").ToString());
    }
}
