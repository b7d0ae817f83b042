using System.Globalization;

namespace FireAndForget.Accounting;

/// <summary>Statistics as a person reads them, in a line.</summary>
internal static class StatisticsText
{
    public static string Of(MessageStatistics statistics) =>
        $"{Count("accepted", statistics.Accepted)}{Outcomes(statistics)}";

    public static string Of(HostStatistics statistics) =>
        $"{Count("sent", statistics.Sent)}, {Count("accepted", statistics.Accepted)}, {Count("refused", statistics.Refused)}"
        + Outcomes(statistics.Messages);

    private static string Outcomes(MessageStatistics statistics) =>
        string.Concat(
            new (string Name, long Count)[]
            {
                ("handled", statistics.Handled),
                ("rejected", statistics.Rejected),
                ("trapped", statistics.Trapped),
                ("timed out", statistics.TimedOut),
                ("evicted", statistics.Evicted),
                ("undeliverable", statistics.Undeliverable),
                ("lost", statistics.Lost),
                ("queued", statistics.Queued),
                ("in flight", statistics.InFlight),
                ("requests", statistics.Requests),
                ("late replies", statistics.LateReplies),
                ("scheduled", statistics.Scheduled),
            }
                .Where(count => count.Count != 0)
                .Select(count => ", " + Count(count.Name, count.Count))
        );

    private static string Count(string name, long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {name}");
}
