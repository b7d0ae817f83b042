using Wasmtime;

namespace FireAndForget.Guests;

/// <summary>Wasmtime's errors as a sentence: the cause alone, without the backtrace.</summary>
internal static class GuestErrors
{
    public static string Reason(WasmtimeException error)
    {
        if (error.InnerException is GuestTrapException trap)
        {
            return trap.Message;
        }

        // A chain of causes is printed as "... Caused by: 0: ... 1: ..."; the last one says what happened.
        string message = error.Message.Trim();
        int causes = message.LastIndexOf("Caused by:", StringComparison.Ordinal);
        if (causes >= 0)
        {
            string[] lines = message[(causes + "Caused by:".Length)..]
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            message = lines.Length == 0 ? message[..causes] : lines[^1];
            int colon = message.IndexOf(": ", StringComparison.Ordinal);
            message = colon > 0 && message[..colon].All(char.IsAsciiDigit) ? message[(colon + 2)..] : message;
        }

        return message.Split('\n')[0].Trim().TrimEnd('.');
    }
}
