using Microsoft.Extensions.Logging;

namespace FireAndForget.Hosting;

/// <summary>The lines that a service's host writes beside those of <see cref="MessagingHost"/>. Their ids are never given to another line.</summary>
internal static partial class HostLog
{
    [LoggerMessage(600, LogLevel.Error, "A change of {Set} is not applied, and what runs goes on: {Reason}")]
    public static partial void NotApplied(ILogger logger, string set, string reason);

    [LoggerMessage(
        601,
        LogLevel.Warning,
        "The host's own options hold from the next start of the service: {Before} becomes {After}."
    )]
    public static partial void HoldsFromNextStart(ILogger logger, string before, string after);
}
