// What every task is run with: where things are, what the command line asked for, and the runners that do the work.

using Cake.Common;
using Cake.Core;
using Cake.Core.IO;
using Cake.Frosting;
using FireAndForget.Build.Runners;

namespace FireAndForget.Build;

/// <summary>The paths, the configuration and the runners of this build.</summary>
public sealed class BuildContext : FrostingContext
{
    /// <summary>Creates the context and makes the repository's root the working directory.</summary>
    public BuildContext(ICakeContext context, TestTotals totals)
        : base(context)
    {
        Root = FindRoot();
        Environment.WorkingDirectory = Root;
        BuildConfiguration = this.Argument("configuration", "Release");

        DotNet = new DotNetRunner(this);
        Clean = new CleanRunner(this);
        Fixtures = new FixtureRunner(this);
        Guests = new GuestRunner(this);
        Format = new FormatRunner(this);
        Build = new BuildRunner(this);
        Tests = new TestRunner(this, totals);
        Coverage = new CoverageRunner(this);
        Mutation = new MutationRunner(this);
        Search = new SearchRunner(this);
        Demo = new DemoRunner(this);
        Pack = new PackRunner(this);
        PackageTests = new PackageTestRunner(this, totals);
        Publish = new PublishRunner(this);
        Docs = new DocsRunner(this);
        Bench = new BenchRunner(this);
        Containment = new ContainmentRunner(this);
        Languages = new LanguagesRunner(this);
    }

    /// <summary>The root of the repository.</summary>
    public DirectoryPath Root { get; }

    /// <summary>Where everything goes that a target leaves behind and nobody commits.</summary>
    public DirectoryPath Artifacts => Root.Combine("artifacts");

    /// <summary>The configuration that projects are built and run in: Release unless asked otherwise.</summary>
    public string BuildConfiguration { get; }

    internal DotNetRunner DotNet { get; }

    internal CleanRunner Clean { get; }

    internal FixtureRunner Fixtures { get; }

    internal GuestRunner Guests { get; }

    internal FormatRunner Format { get; }

    internal BuildRunner Build { get; }

    internal TestRunner Tests { get; }

    internal CoverageRunner Coverage { get; }

    internal MutationRunner Mutation { get; }

    internal SearchRunner Search { get; }

    internal DemoRunner Demo { get; }

    internal PackRunner Pack { get; }

    internal PackageTestRunner PackageTests { get; }

    internal PublishRunner Publish { get; }

    internal DocsRunner Docs { get; }

    internal BenchRunner Bench { get; }

    internal ContainmentRunner Containment { get; }

    internal LanguagesRunner Languages { get; }

    /// <summary>Whether the target was asked for by name, not only needed by another.</summary>
    internal bool IsAskedFor(string target) =>
        Arguments.GetArguments("target").Contains(target, StringComparer.OrdinalIgnoreCase);

    private static DirectoryPath FindRoot()
    {
        for (
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            directory is not null;
            directory = directory.Parent
        )
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "FireAndForget.slnx")))
            {
                return new DirectoryPath(directory.FullName);
            }
        }

        throw new CakeException(
            $"FireAndForget.slnx is in no directory above '{AppContext.BaseDirectory}'. Run the build program out of a clone of the repository."
        );
    }
}
