using System.Globalization;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using Wasmtime;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>The component API's errors in the words of the direct runtime, where it knows the same fault.</summary>
internal static class ComponentApiErrors
{
    public static string Reason(WasmtimeException error)
    {
        if (error.ExitCode is { } code)
        {
            return code switch
            {
                0 => "it ended itself: exit with success",
                1 => "it ended itself: exit with failure",
                _ => string.Create(CultureInfo.InvariantCulture, $"it ended itself: exit with code {code}"),
            };
        }

        string reason = GuestErrors.Reason(error);
        return reason switch
        {
            "wasm trap: cannot leave component instance" => "it called an import while realloc or post-return ran",
            "realloc return: beyond end of memory" => "what realloc gave lies outside the guest's memory",
            "string pointer/length out of bounds of memory" or "list pointer/length out of bounds of memory" =>
                "an argument lies outside the guest's memory",
            // Between components the engine does not tell which of the two it was.
            "wasm trap: string content out-of-bounds" or "wasm trap: list content out-of-bounds" =>
                "what it handed over, or what realloc gave, lies outside the guest's memory",
            "wasm trap: unaligned pointer" => "what it handed over, or what realloc gave, is not aligned",
            "wasm trap: invalid variant discriminant" => "it answered what is not a result",
            "pointer out of bounds" => "the room for an answer lies outside the guest's memory",
            "pointer not aligned" => "the room for an answer is not aligned",
            _ when IsNotUtf8(reason) => "the target is not UTF-8",
            _ when reason.StartsWith("discriminant ", StringComparison.Ordinal) =>
                $"handle-message answered {reason.Split(' ')[1]}, which is not a result",
            _ => reason,
        };
    }

    /// <summary>
    /// What an instantiation says that failed because the linker does not have an import: its name, and why; null for other errors.
    /// </summary>
    public static string? MissingImport(WasmtimeException error)
    {
        // component imports instance `a:b/c`, but ...  0: instance export `d` has the wrong type  1: function implementation is missing
        string[] quoted = error.Message.Split('`');
        if (quoted.Length < 3 || !quoted[0].StartsWith("component imports ", StringComparison.Ordinal))
        {
            return null;
        }

        bool isPart = quoted.Length > 4 && quoted[2].TrimEnd().EndsWith(": instance export", StringComparison.Ordinal);
        string name = isPart ? $"{quoted[1]}#{quoted[3]}" : quoted[1];
        return $"it imports {GuestText.Quote(name)}, which the component-API runtime does not have ({GuestErrors.Reason(error)}). "
            + "Build it without what needs that.";
    }

    private static bool IsNotUtf8(string reason) =>
        reason == "invalid utf8 encoding"
        || reason.StartsWith("invalid utf-8 sequence", StringComparison.Ordinal)
        || reason.StartsWith("incomplete utf-8 byte sequence", StringComparison.Ordinal);
}
