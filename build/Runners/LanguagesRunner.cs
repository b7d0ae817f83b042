// Measures what a message costs by language and runtime and what loads take, and makes docs/languages/cost.md of it.

using FireAndForget.Reporting;
using Path = System.IO.Path;

namespace FireAndForget.Build.Runners;

internal sealed class LanguagesRunner(BuildContext context)
{
    private const string Program = "FireAndForget.Languages";

    private readonly MeasuringRunner _measuring = new(context);
    private readonly string _results = context.Artifacts.Combine("languages").FullPath;
    private readonly string _docs = context.Root.Combine("docs/languages").FullPath;

    public void Run()
    {
        _measuring.Build(Program);
        IReadOnlyList<string> unfit = _measuring.CheckMachine();
        if (Directory.Exists(_results))
        {
            Directory.Delete(_results, recursive: true);
        }

        _measuring.RunProgram(Program, _results, filter: null, unfit);
        _measuring.Publish(
            _results,
            Path.Combine(_docs, "cost.md"),
            Path.Combine(_docs, "cost"),
            LanguagesDocument.Generate(LanguagesResults.Read(_results))
        );
    }
}
