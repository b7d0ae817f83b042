// Packs, uses the packages in fresh projects outside the repository and follows the pages of docs/languages, several at a time, and says
// what came of each.

using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Cake.Common;
using Cake.Common.Diagnostics;
using Cake.Core;
using FireAndForget.Build.Packages;

namespace FireAndForget.Build.Runners;

internal sealed class PackageTestRunner(BuildContext context, TestTotals totals)
{
    public void Run()
    {
        context.Pack.Run();
        using PackageWorkshop workshop = new(context.Pack.Folder, DotNetRunner.Program);
        PackageTests tests = new(
            workshop,
            VersionOf,
            mirror: context.Root.CombineWithFilePath("fixtures/guests/c/c-mirror.wasm").FullPath
        );
        LanguagePageTests pages = new(workshop, context.Root.FullPath);
        string filter = context.Argument("filter", "");
        Lock reporting = new();
        List<string> failed = [];
        Parallel.ForEach(
            System.Collections.Concurrent.Partitioner.Create(
                tests
                    .List()
                    .Concat(pages.List())
                    .Where(test => test.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)),
                System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering
            ),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            test =>
            {
                long start = Stopwatch.GetTimestamp();
                (string verdict, string why) = Try(test.Test);
                lock (reporting)
                {
                    Count(verdict);
                    string time = Stopwatch
                        .GetElapsedTime(start)
                        .TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
                    context.Information("{0}: {1}, {2} s{3}", verdict, test.Name, time, why);
                    if (verdict == "failed")
                    {
                        failed.Add(test.Name);
                    }
                }
            }
        );
        if (failed.Count != 0)
        {
            throw new CakeException($"The packages failed these tests, see above: {string.Join(", ", failed)}");
        }
    }

    private void Count(string verdict) =>
        totals.Add(verdict == "passed" ? 1 : 0, verdict == "failed" ? 1 : 0, verdict == "skipped" ? 1 : 0);

    private static (string Verdict, string Why) Try(Action test)
    {
        try
        {
            test();
            return ("passed", "");
        }
        catch (PackageTestSkippedException e)
        {
            return ("skipped", $": {e.Message}");
        }
        catch (Exception e)
        {
            return ("failed", $": {(e is PackageTestException ? e.Message : e)}");
        }
    }

    /// <summary>The version of a package of others, as the repository has it.</summary>
    private string VersionOf(string package)
    {
        string file = context.Root.CombineWithFilePath("Directory.Packages.props").FullPath;
        return XDocument
                .Load(file)
                .Descendants("PackageVersion")
                .Where(e => (string?)e.Attribute("Include") == package)
                .Select(e => (string?)e.Attribute("Version"))
                .FirstOrDefault()
            ?? throw new PackageTestException($"Directory.Packages.props has no version of {package}.");
    }
}
