// Runs all tests with coverage, lets ReportGenerator merge what they cover of the library (HTML, Markdown, Cobertura), and
// fails when it is too little. Only the compiler's own code is left out, as the collector does by itself, and that of source generators,
// such as the matchers of regular expressions.

using System.Globalization;
using System.Xml.Linq;
using Cake.Common.Diagnostics;
using Cake.Common.IO;
using Cake.Core;

namespace FireAndForget.Build.Runners;

internal sealed class CoverageRunner(BuildContext context)
{
    private const string Assembly = "FireAndForget";
    private const double LeastLines = 95;
    private const double LeastBranches = 90;

    public void Run()
    {
        string directory = context.Artifacts.Combine("coverage").FullPath;
        string raw = Path.Combine(directory, "raw");
        context.EnsureDirectoryExists(raw);
        context.CleanDirectory(directory);
        context.Tests.RunWithCoverage([TestProject.Unit, TestProject.Integration], raw);

        context.DotNet.RunOrFail(
            "ReportGenerator comes from .config/dotnet-tools.json; see above what stood in the way.",
            "tool",
            "restore"
        );
        context.DotNet.RunOrFail(
            "See above what ReportGenerator could not read.",
            "reportgenerator",
            $"-reports:{raw}/*.cobertura.xml",
            $"-targetdir:{directory}",
            $"-assemblyfilters:+{Assembly}",
            "-filefilters:-*.g.cs",
            "-reporttypes:Html;MarkdownSummary;Cobertura",
            $"-title:{Assembly}",
            "-verbosity:Warning"
        );

        XElement total = XDocument.Load(Path.Combine(directory, "Cobertura.xml")).Root!;
        double lines = Percent(total, "lines");
        double branches = Percent(total, "branches");
        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{lines:0.00} % of the lines and {branches:0.00} % of the branches of {Assembly} are covered"
        );
        context.Information("{0}; see {1}.", figures, Path.Combine(directory, "index.html"));
        if (lines < LeastLines || branches < LeastBranches)
        {
            throw new CakeException(
                $"{figures}; at least {LeastLines} and {LeastBranches} % must be. "
                    + $"What is not, stands in {Path.Combine(directory, "index.html")}."
            );
        }
    }

    private static double Percent(XElement total, string what) =>
        100.0 * (long)total.Attribute($"{what}-covered")! / (long)total.Attribute($"{what}-valid")!;
}
