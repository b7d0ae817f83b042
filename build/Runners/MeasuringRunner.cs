// What runs that measure have in common: they build a program, see whether the machine is fit, and run it in a process of its own.

using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Core;
using Cake.Core.IO;
using Path = System.IO.Path;

namespace FireAndForget.Build.Runners;

internal sealed class MeasuringRunner(BuildContext context)
{
    private const string Configuration = "Release";

    /// <summary>Builds a program of benchmarks/.</summary>
    public void Build(string program) =>
        context.DotNet.RunOrFail(
            "Its errors are listed above.",
            "build",
            $"benchmarks/{program}/{program}.csproj",
            "--configuration",
            Configuration,
            "--nologo"
        );

    /// <summary>What speaks against measuring here and now; fails where that is something and nobody forces it.</summary>
    public IReadOnlyList<string> CheckMachine()
    {
        IReadOnlyList<string> unfit = Preflight.Check(context.BuildConfiguration);
        foreach (string reason in unfit)
        {
            context.Warning("Not fit for measuring: {0}", reason);
        }

        return unfit.Count == 0 || context.HasArgument("force")
            ? unfit
            : throw new CakeException(
                $"The machine is not fit for measuring: {string.Join("; ", unfit)}. Mend that, or add --force to measure all the same; the document will say so."
            );
    }

    /// <summary>Runs a program that was built.</summary>
    public void RunProgram(
        string program,
        string results,
        string? filter,
        IReadOnlyList<string> unfit,
        params IEnumerable<string> more
    )
    {
        string assembly = $"benchmarks/{program}/bin/{Configuration}/net10.0/{program}.dll";
        List<string> arguments = [assembly, $"--output={results}", $"--commit={Commit()}"];
        if (context.HasArgument("quick"))
        {
            arguments.Add("--quick");
        }

        if (filter is not null)
        {
            arguments.Add($"--filter={filter}");
        }

        arguments.AddRange(unfit.Select(reason => $"--unfit={reason}"));
        arguments.AddRange(more);
        context.DotNet.RunOrFail("What failed stands above; nothing was written to docs.", arguments);
    }

    /// <summary>Writes a document, and copies the raw results that it is made of into a folder beside it.</summary>
    public void Publish(string results, string file, string raw, string document)
    {
        Directory.CreateDirectory(raw);
        foreach (string result in Directory.GetFiles(results, "*.json"))
        {
            File.Copy(result, Path.Combine(raw, Path.GetFileName(result)), overwrite: true);
        }

        File.WriteAllText(file, document);
        context.Information(
            "Wrote {0} and the raw results in {1}.",
            Path.GetRelativePath(context.Root.FullPath, file),
            Path.GetRelativePath(context.Root.FullPath, raw)
        );
    }

    private string Commit()
    {
        string commit = Git("rev-parse", "--short=12", "HEAD").FirstOrDefault("unknown");
        return Git("status", "--porcelain", "--untracked-files=no").Any() ? $"{commit} with changes" : commit;
    }

    private IReadOnlyList<string> Git(params string[] arguments)
    {
        try
        {
            int exitCode = context.StartProcess(
                "git",
                new ProcessSettings
                {
                    Arguments = ProcessArgumentBuilder.FromStrings(arguments),
                    WorkingDirectory = context.Root,
                    RedirectStandardOutput = true,
                    Silent = true,
                },
                out IEnumerable<string> output
            );
            return exitCode == 0 ? [.. output] : [];
        }
        catch (CakeException)
        {
            return [];
        }
    }
}
