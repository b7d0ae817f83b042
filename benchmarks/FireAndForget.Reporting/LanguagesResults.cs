// A whole run of the guests by language, as the document is made from it, and the names that its measurements have.

namespace FireAndForget.Reporting;

/// <summary>The results of a run of the guests by language.</summary>
/// <param name="Run">The circumstances.</param>
/// <param name="Messages">What a message and its answer cost, by guest, runtime and size.</param>
/// <param name="Loads">What loading takes, and the peak memory of the process that does it.</param>
public sealed record LanguagesResults(
    RunInfo Run,
    IReadOnlyList<Measurement> Messages,
    IReadOnlyList<Measurement> Loads
)
{
    /// <summary>What a whole run of faf takes; empty where it was not measured.</summary>
    public IReadOnlyList<Measurement> Starts { get; init; } = [];

    /// <summary>Milliseconds from the start of faf to its end; the part of this name holds them.</summary>
    public const string Start = "start";

    /// <summary>What runs faf.</summary>
    public const string OnDotNet = "on .NET";

    /// <inheritdoc cref="OnDotNet"/>
    public const string Native = "compiled ahead of time";

    /// <summary>Nanoseconds of a message and its answer; the part of this name holds them.</summary>
    public const string Message = "message";

    /// <summary>Milliseconds from nothing to a host with its components; the part of this name holds them.</summary>
    public const string Loading = "loading";

    /// <summary>Bytes that the process which loads had resident at most.</summary>
    public const string PeakMemory = "peak_memory";

    /// <summary>The runtimes, by the names that the library has for them.</summary>
    public const string Direct = "Direct";

    /// <inheritdoc cref="Direct"/>
    public const string ComponentApi = "ComponentApi";

    /// <summary>When something is loaded.</summary>
    public const string Cold = "nothing in the compile cache";

    /// <inheritdoc cref="Cold"/>
    public const string FirstCached = "compiled before, the first load of a process";

    /// <inheritdoc cref="Cold"/>
    public const string LaterCached = "compiled before, a later load";

    /// <inheritdoc cref="Cold"/>
    public const string ThousandCached = "compiled before, 1,000 components of the file in a new process";

    /// <inheritdoc cref="Cold"/>
    public const string SeveralCached = "compiled before, 21 components of the file in a new process";

    /// <summary>How many components more than one there are in <see cref="SeveralCached"/>.</summary>
    public const int MoreInstances = 20;

    /// <summary>The case of a guest on a runtime, or of a guest that is loaded at some time.</summary>
    /// <param name="guest">The guest's file.</param>
    /// <param name="how">The runtime, or when.</param>
    /// <returns>The case.</returns>
    public static string CaseOf(string guest, string how) => $"{guest}, {how}";

    /// <summary>Reads what a run has left in a directory.</summary>
    /// <param name="directory">The directory, with <c>run.json</c> and the parts.</param>
    /// <returns>The results.</returns>
    /// <exception cref="FileNotFoundException">A part is missing.</exception>
    public static LanguagesResults Read(string directory)
    {
        string starts = Path.Combine(directory, $"{Start}.json");
        return new(
            ResultJson.ReadRun(Path.Combine(directory, $"{RunInfo.FileName}.json")),
            ResultJson.ReadMeasurements(Path.Combine(directory, $"{Message}.json")),
            ResultJson.ReadMeasurements(Path.Combine(directory, $"{Loading}.json"))
        )
        {
            Starts = File.Exists(starts) ? ResultJson.ReadMeasurements(starts) : [],
        };
    }

    /// <summary>The time of a message in nanoseconds; null where it was not measured.</summary>
    /// <param name="guest">The guest's file.</param>
    /// <param name="runtime">One of the runtimes.</param>
    /// <param name="payload">The length of the message in bytes.</param>
    /// <returns>The median of the rounds.</returns>
    public double? MessageTime(string guest, string runtime, int payload) =>
        Messages.FirstOrDefault(m => m.Case == CaseOf(guest, runtime) && m.Payload == payload)?.Value;

    /// <summary>The bytes that an instance more takes of the process; null where that was not measured.</summary>
    /// <param name="guest">The guest's file.</param>
    /// <returns>A part of the difference between processes with one and with several.</returns>
    public double? InstanceMemory(string guest) =>
        (Load(PeakMemory, guest, SeveralCached) - Load(PeakMemory, guest, FirstCached)) / MoreInstances;

    /// <summary>What a load took, or the memory of it; null where it was not measured.</summary>
    /// <param name="name"><see cref="Loading"/> or <see cref="PeakMemory"/>.</param>
    /// <param name="guest">The guest's file.</param>
    /// <param name="when">When it was loaded.</param>
    /// <returns>The median.</returns>
    public double? Load(string name, string guest, string when) =>
        Loads.FirstOrDefault(m => m.Name == name && m.Case == CaseOf(guest, when))?.Value;

    /// <summary>What a whole run of faf takes in milliseconds; null where it was not measured.</summary>
    /// <param name="guest">The guest's file.</param>
    /// <param name="how"><see cref="OnDotNet"/> or <see cref="Native"/>.</param>
    /// <returns>The median.</returns>
    public double? StartOf(string guest, string how) => Starts.FirstOrDefault(m => m.Case == CaseOf(guest, how))?.Value;
}
