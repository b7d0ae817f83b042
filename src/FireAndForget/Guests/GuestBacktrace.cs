using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FireAndForget.Guests.Decoding;
using Wasmtime;

namespace FireAndForget.Guests;

/// <summary>
/// Words where a guest trapped, for who debugs it: module, function and place of each frame, the innermost first. Names are the
/// guest's own, quoted, cut off, and never demangled.
/// </summary>
internal static partial class GuestBacktrace
{
    private const int MostFrames = 20;

    /// <summary>The frames that an error of Wasmtime has, as one line.</summary>
    /// <param name="error">The error.</param>
    /// <param name="modules">The names that were kept of the guest's modules; those that are not there are numbers.</param>
    /// <returns>Empty where it has none of the guest's.</returns>
    public static string Of(WasmtimeException error, IReadOnlyList<ModuleNames> modules)
    {
        StringBuilder text = new();
        int count = 0;
        foreach (Match frame in Frame().Matches(error.Message))
        {
            if (count == MostFrames)
            {
                return text.Append(", ...").ToString();
            }

            text.Append(count++ == 0 ? "" : ", ");
            Append(text, frame, modules);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Match frame, IReadOnlyList<ModuleNames> modules)
    {
        int module = int.Parse(frame.Groups["module"].ValueSpan, CultureInfo.InvariantCulture);
        uint function = uint.Parse(frame.Groups["function"].ValueSpan, CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"module {module} function {function}");
        if (module >= modules.Count)
        {
            return;
        }

        ModuleNames known = modules[module];
        if (known.NameOf(function) is { } name)
        {
            text.Append(CultureInfo.InvariantCulture, $" ({GuestText.Quote(name)})");
        }

        if (frame.Groups["place"] is { Success: true } place)
        {
            long offset = long.Parse(place.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $" at byte {known.OffsetOf(offset)}");
        }
    }

    // "    0:     0x57 - module 0!<wasm function 2>": modules have the names that the host gave them, functions have none.
    [GeneratedRegex(
        @"^ +[0-9]{1,9}: +(0x(?<place>[0-9a-f]{1,12}) - )?module (?<module>[0-9]{1,9})!<wasm function (?<function>[0-9]{1,9})>",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Frame();
}
