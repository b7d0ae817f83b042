// Checks the arguments before Cake sees them: Cake ignores options that it does not know, and a mistyped --check that formats the
// files instead would be a bad surprise. Cake reads the same arguments again and gives the tasks their values.

using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FireAndForget.Build;

/// <summary>The options of the build program, and which targets take them.</summary>
internal sealed class CommandLine
{
    private readonly RootCommand _root;
    private readonly Option<string[]> _target;

    public CommandLine(TargetList targets)
    {
        _target = new("--target", "-t")
        {
            Description = "What to do; several are done in the order given.",
            HelpName = "NAME",
            Required = true,
        };
        _target.Validators.Add(result => CheckNames(result, targets));
        Option<string> configuration = new("--configuration")
        {
            Description = "Debug or Release; Release when not given.",
            HelpName = "NAME",
        };
        configuration.AcceptOnlyFromAmong("Debug", "Release");

        _root = new($"Builds and tests FireAndForget.\n\nTargets:\n{targets.Describe()}")
        {
            _target,
            configuration,
            new Option<string>("--verbosity", "-v")
            {
                Description = "Quiet, Minimal, Normal, Verbose or Diagnostic.",
                HelpName = "LEVEL",
            },
            new Option<bool>("--exclusive", "-e")
            {
                Description = "Run the targets without those that they depend on.",
            },
        };
        AddFor(["Format"], Flag("--check", "say what is not formatted, change nothing"));
        AddFor(["Fixtures", "Guests"], Flag("--update", "write the .wasm files that differ"));
        AddFor(["Bench", "Containment", "Languages"], Flag("--quick", "a first look, with few samples"));
        AddFor(
            ["Bench", "Containment", "Languages"],
            Flag("--force", "go on where the machine is not fit for measuring")
        );
        AddFor(
            ["Bench", "Languages", "PackageTest"],
            Text(
                "--filter",
                "NAME",
                "only what has this in its name; a document stays as it is, but for the section of Bench's 'cluster'"
            )
        );
        AddFor(["Soak", "Fuzz"], Number("--duration", "SECONDS", "how long; 600 when not given"));
        AddFor(["Soak", "Fuzz"], Number("--seed", "NUMBER", "what they printed, to have the same choices again"));
        AddFor(["Docs"], Flag("--picture", "take the picture of the page anew, with Chromium"));
        AddFor(["Conformance"], Text("--suites", "PATH", "the folder with checkouts of the public test suites"));
        AddFor(["Conformance"], Text("--wasm-tools", "PATH", "the program wasm-tools, where it is not on the path"));
    }

    /// <summary>What the arguments ask for; none asks for the help.</summary>
    public ParseResult Parse(string[] args) =>
        _root.Parse(args.Length == 0 ? ["--help"] : args, new() { ResponseFileTokenReplacer = null });

    /// <summary>Shows the help, or what is wrong with the arguments, where that is all that is to be done.</summary>
    /// <returns>The exit code; null where targets are to be run.</returns>
    public static int? ShowHelpOrErrors(ParseResult result)
    {
        switch (result.Action)
        {
            case ParseErrorAction errors:
                errors.ShowHelp = false;
                result.Invoke();
                Console.Error.WriteLine("--help lists the targets and the options.");
                return 2;
            case not null:
                return result.Invoke();
            default:
                return null;
        }
    }

    /// <summary>The targets that are asked for, in the order given.</summary>
    public IReadOnlyList<string> TargetsOf(ParseResult result) => TargetsOf(result.RootCommandResult);

    private string[] TargetsOf(CommandResult result) =>
        [.. result.GetResult(_target)?.Tokens.Select(token => token.Value) ?? []];

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static Option<string> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static Option<string> Number(string name, string value, string description)
    {
        Option<string> option = Text(name, value, description);
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(t => !int.TryParse(t.Value, NumberStyles.None, null, out _)))
            {
                result.AddError($"{name} takes a whole number; '{token.Value}' is none.");
            }
        });
        return option;
    }

    /// <summary>Adds an option that goes with some targets only.</summary>
    private void AddFor(string[] targets, Option option)
    {
        option.Description = $"With {string.Join(", ", targets)}: {option.Description}.";
        _root.Add(option);
        _root.Validators.Add(result =>
        {
            if (
                result.GetResult(option) is { Implicit: false }
                && !TargetsOf(result).Intersect(targets, StringComparer.OrdinalIgnoreCase).Any()
            )
            {
                string goesWith = string.Join(" and ", targets.Select(target => $"--target={target}"));
                result.AddError($"{option.Name} goes with {goesWith} only.");
            }
        });
    }

    private static void CheckNames(OptionResult result, TargetList targets)
    {
        foreach (Token token in result.Tokens.Where(token => !targets.Contains(token.Value)))
        {
            result.AddError($"There is no target '{token.Value}'.");
        }
    }
}
