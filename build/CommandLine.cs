// Checks the arguments before Cake sees them: Cake ignores options that it does not know, and a mistyped --check that
// formats the files instead would be a bad surprise.

using System.Globalization;

namespace FireAndForget.Build;

/// <summary>What the command line asks for, or what is wrong with it.</summary>
internal sealed class CommandLine
{
    private static readonly string[] Configurations = ["Debug", "Release"];

    private readonly List<string> _targets = [];

    /// <summary>The targets to run, in the order given.</summary>
    public IReadOnlyList<string> Targets => _targets;

    /// <summary>Whether the help is asked for; so it is when nothing is.</summary>
    public bool ShowsHelp { get; private set; }

    /// <summary>What is wrong and what to do; null when nothing is.</summary>
    public string? Error { get; private set; }

    public static CommandLine Parse(IReadOnlyList<string> args, TargetList targets)
    {
        var result = new CommandLine { ShowsHelp = args.Count == 0 };
        bool checks = false;
        bool updates = false;
        bool benches = false;
        bool filters = false;
        bool searches = false;

        for (int i = 0; i < args.Count && result.Error is null && !result.ShowsHelp; i++)
        {
            string[] parts = args[i].Split('=', 2);
            switch (parts[0])
            {
                case "-h" or "--help" or "-?":
                    result.ShowsHelp = true;
                    break;
                case "-t" or "--target" when Value(args, ref i, parts) is { } target:
                    result.AddTarget(target, targets);
                    break;
                case "--configuration" when Value(args, ref i, parts) is { } configuration:
                    if (!Configurations.Contains(configuration, StringComparer.Ordinal))
                    {
                        result.Error = $"There is no configuration '{configuration}'. Use Debug or Release.";
                    }

                    break;
                case "-v" or "--verbosity" when Value(args, ref i, parts) is not null:
                case "-e" or "--exclusive" when parts.Length == 1:
                    break;
                case "--check" when parts.Length == 1:
                    checks = true;
                    break;
                case "--update" when parts.Length == 1:
                    updates = true;
                    break;
                case "--quick" or "--force" when parts.Length == 1:
                    benches = true;
                    break;
                case "--filter" when Value(args, ref i, parts) is not null:
                    filters = true;
                    break;
                case "--duration" or "--seed" when Value(args, ref i, parts) is { } number:
                    if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    {
                        result.Error = $"The option '{parts[0]}' needs a whole number, but '{number}' was given.";
                    }

                    searches = true;
                    break;
                case "-t"
                or "--target"
                or "--configuration"
                or "-v"
                or "--verbosity"
                or "--filter"
                or "--duration"
                or "--seed":
                    result.Error = $"The option '{parts[0]}' needs a value: {parts[0]}=VALUE.";
                    break;
                case "-e" or "--exclusive" or "--check" or "--update" or "--quick" or "--force":
                    result.Error = $"The option '{parts[0]}' takes no value, but '{parts[1]}' was given.";
                    break;
                default:
                    result.Error = $"There is no option '{args[i]}'. The options and targets are below.";
                    break;
            }
        }

        if (result.Error is null && !result.ShowsHelp)
        {
            result.Error = result switch
            {
                { Targets.Count: 0 } => "No target was given. Add --target=NAME with a name from the list below.",
                _ when checks && !result.Has("Format") => "--check goes with --target=Format only.",
                _ when updates && !result.Has("Fixtures") && !result.Has("Guests") =>
                    "--update goes with --target=Fixtures and --target=Guests only.",
                _ when benches && !result.Has("Bench") && !result.Has("Containment") && !result.Has("Languages") =>
                    "--quick and --force go with --target=Bench, --target=Containment and --target=Languages only.",
                _ when filters && !result.Has("Bench") => "--filter goes with --target=Bench only.",
                _ when searches && !result.Has("Soak") && !result.Has("Fuzz") =>
                    "--duration and --seed go with --target=Soak and --target=Fuzz only.",
                _ => null,
            };
        }

        return result;
    }

    private static string? Value(IReadOnlyList<string> args, ref int i, string[] parts)
    {
        string? value =
            parts.Length == 2 ? parts[1]
            : i + 1 < args.Count && !args[i + 1].StartsWith('-') ? args[++i]
            : null;
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private void AddTarget(string name, TargetList targets)
    {
        if (!targets.Contains(name))
        {
            Error = $"There is no target '{name}'. The targets are below.";
        }

        _targets.Add(name);
    }

    private bool Has(string target) => Targets.Contains(target, StringComparer.OrdinalIgnoreCase);
}
