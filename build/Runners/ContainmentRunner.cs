// Measures what neighbours of hostile guests do, what small files cost that ask for much and what ten thousand components take, each
// part in a process of its own, and makes docs/containment.md of it.

using FireAndForget.Reporting;
using Path = System.IO.Path;

namespace FireAndForget.Build.Runners;

internal sealed class ContainmentRunner(BuildContext context)
{
    private const string Program = "FireAndForget.Containment";

    private static readonly string[] Parts =
    [
        "scale-handle-message-component",
        "scale-c-mirror",
        "scale-rust-mirror",
        "fairness",
        "overshoot",
        "churn",
        "bombs",
        "guests",
    ];

    private readonly MeasuringRunner _measuring = new(context);
    private readonly string _results = context.Artifacts.Combine("containment").FullPath;
    private readonly string _docs = context.Root.Combine("docs").FullPath;

    public void Run()
    {
        _measuring.Build(Program);
        IReadOnlyList<string> unfit = _measuring.CheckMachine();
        if (Directory.Exists(_results))
        {
            Directory.Delete(_results, recursive: true);
        }

        foreach (string part in Parts)
        {
            _measuring.RunProgram(Program, _results, part, unfit);
        }

        string raw = Path.Combine(_docs, "containment");
        // Made once, with an earlier faf.
        string before = Path.Combine(raw, ContainmentResults.BombsBeforeFile);
        if (File.Exists(before))
        {
            File.Copy(before, Path.Combine(_results, ContainmentResults.BombsBeforeFile));
        }

        _measuring.Publish(
            _results,
            Path.Combine(_docs, "containment.md"),
            raw,
            ContainmentDocument.Generate(ContainmentResults.Read(_results))
        );
    }
}
