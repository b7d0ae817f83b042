// The options that every Cake build understands; all others are left in the arguments for the build's own context.

using System.ComponentModel;
using Cake.Cli;
using Cake.Core.Diagnostics;
using Spectre.Console.Cli;

namespace Cake.Frosting;

internal sealed class RunSettings : CommandSettings
{
    [CommandOption("-t|--target <TARGET>")]
    [Description("The target to run; may be given several times.")]
    public string[] Targets { get; init; } = [];

    [CommandOption("-e|--exclusive")]
    [Description("Run the target without those it depends on.")]
    public bool Exclusive { get; init; }

    [CommandOption("-v|--verbosity <VERBOSITY>")]
    [Description("Quiet, Minimal, Normal, Verbose or Diagnostic.")]
    [TypeConverter(typeof(VerbosityConverter))]
    [DefaultValue(Verbosity.Normal)]
    public Verbosity Verbosity { get; init; }
}
