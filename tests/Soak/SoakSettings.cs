using System.Globalization;

namespace FireAndForget.Tests.Soak;

/// <summary>What the command line asks for.</summary>
internal sealed record SoakSettings
{
    /// <summary>How long the load lasts.</summary>
    public int Seconds { get; init; } = 600;

    /// <summary>Decides what is loaded, sent and removed. When things happen is the machine's to decide.</summary>
    public int Seed { get; init; } = (int)(DateTime.UtcNow.Ticks % 1_000_000_000);

    /// <summary>How many components there are at a time.</summary>
    public int Components { get; init; } = 300;

    /// <summary>After how long memory has to be where it stays: until then mailboxes come to pages that they had not used before.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Math.Min(60, Seconds / 2.0));

    /// <summary>How often memory is measured.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(Math.Min(60, Seconds / 10.0));

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It is not as it should be; the message says what to do.</exception>
    public static SoakSettings Parse(IEnumerable<string> args)
    {
        SoakSettings settings = new();
        foreach (string arg in args)
        {
            string[] parts = arg.Split('=', 2);
            settings = parts[0] switch
            {
                "--duration" => settings with { Seconds = Number(parts, 5) },
                "--seed" => settings with { Seed = Number(parts, 0) },
                "--components" => settings with { Components = Number(parts, 100) },
                _ => throw new FormatException(
                    $"'{arg}' is not understood. Use --duration=SECONDS, --seed=NUMBER, --components=NUMBER."
                ),
            };
        }

        return settings;
    }

    private static int Number(string[] parts, int least) =>
        parts.Length == 2
        && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= least
            ? number
            : throw new FormatException($"'{parts[0]}' needs a whole number of at least {least}.");
}
