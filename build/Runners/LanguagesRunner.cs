// Measures what a message costs by language and runtime and what loads take, and makes docs/languages/cost.md of it.

using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Core;
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

        string? filter = context.Argument<string?>("filter", null);
        _measuring.RunProgram(Program, _results, filter, unfit, Programs().Select(faf => $"--faf={faf}"));
        string raw = Path.Combine(_docs, "cost");
        if (filter is not null)
        {
            // What was not measured, and the circumstances of most of it, are those of the run before.
            foreach (string before in Directory.GetFiles(raw, "*.json"))
            {
                string file = Path.Combine(_results, Path.GetFileName(before));
                if (!File.Exists(file) || Path.GetFileName(file) == $"{RunInfo.FileName}.json")
                {
                    File.Copy(before, file, overwrite: true);
                }
            }
        }

        _measuring.Publish(
            _results,
            Path.Combine(_docs, "cost.md"),
            raw,
            LanguagesDocument.Generate(LanguagesResults.Read(_results))
        );
    }

    /// <summary>faf for .NET, and natively where it can be compiled.</summary>
    private IEnumerable<string> Programs()
    {
        const string Faf = "src/FireAndForget.Cli";
        context.DotNet.RunOrFail(
            "Its errors are listed above.",
            "build",
            $"{Faf}/FireAndForget.Cli.csproj",
            "--configuration",
            "Release",
            "--nologo"
        );
        yield return context.Root.CombineWithFilePath($"{Faf}/bin/Release/net10.0/faf.dll").FullPath;
        string? native = null;
        try
        {
            context.Publish.Run();
            native = context.Publish.Program;
        }
        catch (CakeException e)
        {
            context.Warning("The start of a native faf is not measured: {0}", e.Message);
        }

        if (native is not null)
        {
            yield return native;
        }
    }
}
