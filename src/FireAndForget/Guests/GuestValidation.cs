using System.Globalization;
using System.Text.RegularExpressions;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using FireAndForget.Wording;
using Wasmtime;
using WasmComponent = Wasmtime.Components.Component;

namespace FireAndForget.Guests;

/// <summary>
/// Has Wasmtime check a guest as a whole by WebAssembly's rules, without compiling its code: each core module, whether it is used or
/// not, and the component around them with stubs for them. So both runtimes take and refuse the same guests.
/// </summary>
internal static partial class GuestValidation
{
    private const int LongestReason = 600;

    /// <summary>Checks a guest.</summary>
    /// <param name="engine">An engine set up as the one that is to run it.</param>
    /// <param name="description">What the decoder found, which has not refused it: what could take long here is bounded.</param>
    /// <param name="guest">Its bytes.</param>
    /// <param name="further">What else to look at in a component that is valid: it gets the stub, and answers what is wrong or null.</param>
    /// <returns>Why it is refused; null where it is not.</returns>
    public static string? Check(
        Engine engine,
        GuestDescription description,
        byte[] guest,
        Func<WasmComponent, string?>? further = null
    )
    {
        foreach (CoreModule module in description.Outline.Modules)
        {
            if (Module.Validate(engine, module.Bytes.Span) is { } error)
            {
                return Explain(GuestErrors.Cause(error), module.Offset);
            }
        }

        try
        {
            byte[] stub = description.Outline.Stub(guest);
            if (!description.IsComponent)
            {
                // Wasmtime reads a module more strictly when it compiles it: encodings of proposals that are off pass where it validates.
                Module.FromBytes(engine, "stub", stub).Dispose();
                return null;
            }

            using var component = WasmComponent.FromBytes(engine, stub);
            return further?.Invoke(component);
        }
        catch (WasmtimeException e)
        {
            return Explain(GuestErrors.Cause(e.Message), 0);
        }
    }

    /// <summary>The reason as a sentence, with offsets that count from the start of the file.</summary>
    private static string Explain(string reason, int start)
    {
        reason = reason.Length <= LongestReason ? reason : $"{reason[..LongestReason]}...";
        return MissingFeatures.Explain(
            Offset()
                .Replace(
                    reason,
                    match =>
                        long.TryParse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, null, out long offset)
                            ? string.Create(CultureInfo.InvariantCulture, $"at offset 0x{offset + start:x}")
                            : match.Value
                )
        );
    }

    [GeneratedRegex("at offset 0x([0-9a-f]+)")]
    private static partial Regex Offset();
}
