using Wasmtime;
using static System.FormattableString;

namespace FireAndForget.Guests;

/// <summary>Wasmtime's errors as a sentence, the cause alone, without the backtrace; and what they mean for a guest.</summary>
internal static class GuestErrors
{
    /// <summary>What an error of an instance that handles a message is.</summary>
    /// <param name="interruption">Why the host interrupted it: timed out or undeliverable; trapped where it did not.</param>
    /// <param name="limits">Its limits.</param>
    /// <param name="reason">The error's own reason.</param>
    public static GuestFault Fault(Outcome interruption, LimitOptions limits, string reason) =>
        interruption switch
        {
            Outcome.TimedOut => new(
                Outcome.TimedOut,
                Invariant($"it took more than its budget of {limits.MessageTime.TotalMilliseconds} ms")
            ),
            Outcome.Undeliverable => new(Outcome.Undeliverable, "the host stopped while it was being handled"),
            _ => new(Outcome.Trapped, reason),
        };

    /// <summary>As <see cref="Fault"/>, for one that failed while it was made.</summary>
    public static ComponentLoadException NotInstantiated(
        Outcome interruption,
        LimitOptions limits,
        string reason,
        Exception error
    )
    {
        string why = interruption switch
        {
            Outcome.TimedOut => Invariant(
                $"it ran for more than its load budget of {limits.LoadTime.TotalMilliseconds} ms"
            ),
            Outcome.Undeliverable => "the host is stopping",
            _ => reason,
        };
        return new($"it failed while it was instantiated: {why}.", error);
    }

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
