using FireAndForget.Wording;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Hosting;

/// <summary>The lines that a service's host writes beside those of <see cref="MessagingHost"/>. Their ids are never given to another line.</summary>
internal static partial class HostLog
{
    /// <summary>A change is not applied. Names of files may have any characters, so both texts are made harmless.</summary>
    public static void NotApplied(ILogger logger, string set, string reason) =>
        WriteNotApplied(logger, PlainText.OneLine(set), PlainText.OneLine(reason));

    [LoggerMessage(
        601,
        LogLevel.Warning,
        "The host's own options hold from the next start of the service: {Before} becomes {After}."
    )]
    public static partial void HoldsFromNextStart(ILogger logger, string before, string after);

    [LoggerMessage(
        EventId = 600,
        EventName = nameof(NotApplied),
        Level = LogLevel.Error,
        Message = "A change of {Set} is not applied, and what runs goes on: {Reason}"
    )]
    private static partial void WriteNotApplied(ILogger logger, string set, string reason);
}
