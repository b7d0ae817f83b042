using FireAndForget.Guests.Calls;
using Wasmtime;
using static System.FormattableString;

namespace FireAndForget.Guests.Instances;

/// <summary>Wasmtime's errors as a sentence, the cause alone, without the backtrace; and what they mean for a guest.</summary>
internal static class GuestErrors
{
    /// <summary>Why a message is rejected by a guest that lacks its handler.</summary>
    public const string NoMessages = "the component has no handle-message, and handles no messages";
    public const string NoRequests = "the component has no handle-request, and answers no requests";
    public const string NoReplies = "the component has no handle-reply, and takes no replies";

    /// <summary>Why a request is rejected that a guest of wasi:messaging handled.</summary>
    public const string NoAnswer = "the component handled the request, and gave no reply to it";

    /// <summary>Stands behind a trap by which guests end themselves, where one could have written why.</summary>
    public const string NothingWritten =
        "; it wrote no reason: abort() in C and Environment.FailFast(null) in C# end like this";

    /// <summary>Why a message is rejected where the guest gives no reason.</summary>
    public static string Unreasoned(string handler) => $"{handler} returned an error";

    private const string CausedBy = "Caused by:";
    private const StringSplitOptions Split = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    // Numbers of causes are written to this column.
    private const int NumberWidth = 5;

    /// <summary>What an error of an instance that handles a message is.</summary>
    /// <param name="interruption">Why the host interrupted it: timed out or undeliverable; trapped where it did not.</param>
    /// <param name="limits">Its limits.</param>
    /// <param name="reason">The error's own reason.</param>
    public static GuestFault Fault(Outcome interruption, LimitOptions limits, string reason) =>
        interruption switch
        {
            Outcome.TimedOut => new(
                Outcome.TimedOut,
                Invariant($"it took more than its budget of {limits.MessageTimeout.TotalMilliseconds} ms")
            ),
            Outcome.Undeliverable => new(Outcome.Undeliverable, "the host stopped while it was being handled"),
            _ => new(Outcome.Trapped, reason),
        };

    /// <summary>The exception for an instance that failed while it was made; see <see cref="Fault"/>.</summary>
    public static Exception NotInstantiated(Outcome interruption, LimitOptions limits, string reason, Exception error)
    {
        if (interruption == Outcome.Undeliverable)
        {
            // The guest is not at fault: the host interrupted it.
            return new ObjectDisposedException("MessagingHost", "The host is stopping.");
        }

        string why =
            interruption == Outcome.TimedOut
                ? Invariant($"it ran for more than its load budget of {limits.LoadTimeout.TotalMilliseconds} ms")
                : reason;
        return new ComponentLoadException($"it failed while it was instantiated: {why}.", error);
    }

    public static string Reason(WasmtimeException error)
    {
        if (error.InnerException is GuestTrapException trap)
        {
            return trap.Message;
        }

        return Cause(error.Message);
    }

    /// <summary>What an error of Wasmtime says that happened: the last of its causes, which may have several lines, as one line.</summary>
    public static string Cause(string message)
    {
        // A chain of causes is printed as "... Caused by: 0: ... 1: ...", each in its own lines; one alone has no number.
        int causes = message.LastIndexOf(CausedBy, StringComparison.Ordinal);
        string[] lines = causes < 0 ? [FirstLine(message)] : message[(causes + CausedBy.Length)..].Split('\n');
        int last = Array.FindLastIndex(lines, line => NumberLength(line) != 0);
        IEnumerable<string> cause =
            last < 0 ? lines : [lines[last][NumberLength(lines[last])..], .. lines[(last + 1)..]];
        string text = string.Join(
            "; ",
            cause.Select(line => string.Join(' ', line.Split(' ', Split))).Where(line => line.Length != 0)
        );
        return (text.Length == 0 ? FirstLine(message) : text).TrimEnd('.');
    }

    private static string FirstLine(string message) => message.Trim().Split('\n')[0].Trim();

    /// <summary>The length of a cause's number at the start of its first line; 0 for a line that goes on, which stands further right.</summary>
    private static int NumberLength(string line)
    {
        int start = line.Length - line.TrimStart(' ').Length;
        int end = start;
        while (end < line.Length && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        return end > start && end <= NumberWidth && line.AsSpan(end).StartsWith(": ") ? end + 2 : 0;
    }
}
