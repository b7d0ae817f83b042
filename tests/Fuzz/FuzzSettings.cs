using System.Globalization;

namespace FireAndForget.Tests.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzSettings
{
    public const string Usage =
        "Use --duration=SECONDS, --seed=NUMBER, --area=NAME, --output=FOLDER, or --replay=FILE with --area=NAME.";

    /// <summary>How long to search, all areas together.</summary>
    public double Seconds { get; init; } = 600;

    /// <summary>Decides all inputs.</summary>
    public long Seed { get; init; } = DateTime.UtcNow.Ticks % 1_000_000_000;

    /// <summary>The only area to search; null: all.</summary>
    public string? Area { get; init; }

    /// <summary>Where findings go.</summary>
    public string Output { get; init; } = Path.Combine("artifacts", "fuzz");

    /// <summary>The input to run once, instead of searching.</summary>
    public string? Replay { get; init; }

    /// <summary>In a child process: the file in which it says how far it is.</summary>
    public string? Progress { get; init; }

    /// <summary>In a child process: the number of its first input.</summary>
    public long First { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It is not as it should be; the message says what to do.</exception>
    public static FuzzSettings Parse(IEnumerable<string> args, IEnumerable<string> areas)
    {
        FuzzSettings settings = new();
        foreach (string arg in args)
        {
            string[] parts = arg.Split('=', 2);
            string value = parts.Length == 2 ? parts[1] : "";
            settings = parts[0] switch
            {
                "--duration" => settings with { Seconds = Number(arg, value, 1) },
                "--seed" => settings with { Seed = Number(arg, value, 0) },
                "--first" => settings with { First = Number(arg, value, 0) },
                "--area" when areas.Contains(value, StringComparer.Ordinal) => settings with { Area = value },
                "--area" => throw new FormatException(
                    $"There is no area '{value}'; the areas are {string.Join(", ", areas)}."
                ),
                "--output" when value != "" => settings with { Output = value },
                "--replay" when File.Exists(value) => settings with { Replay = value },
                "--replay" => throw new FormatException($"There is no file '{value}' to replay."),
                "--progress" when value != "" => settings with { Progress = value },
                _ => throw new FormatException($"'{arg}' is not understood. {Usage}"),
            };
        }

        return settings is { Area: null, Replay: not null }
            ? throw new FormatException($"--replay needs --area=NAME: {string.Join(", ", areas)}.")
            : settings;
    }

    private static long Number(string arg, string value, long least) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least
            ? number
            : throw new FormatException($"'{arg}' needs a whole number of at least {least}.");
}
