using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using FireAndForget.Measuring;

namespace FireAndForget.Cli;

/// <summary>What the arguments and options of faf may be, and what is said of those that are wrong.</summary>
internal static partial class ArgumentRules
{
    /// <summary>The longest time that a timer takes, rounded down to days.</summary>
    private const int MaxSeconds = 49 * 24 * 60 * 60;

    /// <summary>Refuses what is no list of lengths, for <c>--payload</c>.</summary>
    public static void RefuseNoPayloads(OptionResult option)
    {
        string text = option.GetValueOrDefault<string>() ?? "";
        if (text.Split(',').FirstOrDefault(p => ParsePayload(p) is null) is { } wrong)
        {
            option.AddError(
                $"--payload takes lengths of 0 to {MeasuredHost.MaxPayloadBytes} bytes with commas between; '{wrong}' is none."
            );
        }
    }

    /// <summary>The length of a message in bytes; null where the text is none.</summary>
    public static int? ParsePayload(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int payload)
        && payload <= MeasuredHost.MaxPayloadBytes
            ? payload
            : null;

    /// <summary>Reads the value of <c>--for</c>; where it is wrong, that is the parser's error.</summary>
    public static double? ParseSeconds(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= 0 and <= MaxSeconds
        )
        {
            return seconds;
        }

        argument.AddError($"--for takes 0 to {MaxSeconds} seconds; '{text}' is not.");
        return null;
    }

    /// <summary>Reads the value of an option that takes a port; where it is wrong, that is the parser's error.</summary>
    public static int? ParsePort(string option, ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is >= 1 and <= ushort.MaxValue
        )
        {
            return port;
        }

        argument.AddError($"{option} takes a port from 1 to {ushort.MaxValue}; '{text}' is none.");
        return null;
    }

    /// <summary>Refuses what is no id.</summary>
    public static void RefuseNoId(ArgumentResult result)
    {
        foreach (Token token in result.Tokens.Where(token => !Id().IsMatch(token.Value)))
        {
            result.AddError(
                $"'{token.Value}' is not an id: an id is 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit."
            );
        }
    }

    /// <summary>Refuses an empty name of a silo.</summary>
    public static void RefuseNoHost(ArgumentResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError("HOST is a silo's name or address, and cannot be empty; faf cluster status lists them.");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_./-]{0,127}\z")]
    private static partial Regex Id();

    /// <summary>Refuses an empty name of a file.</summary>
    public static void RefuseEmpty(SymbolResult result)
    {
        if (result.Tokens.Any(t => t.Value.Length == 0))
        {
            result.AddError("A file's name cannot be empty.");
        }
    }
}
