using System.Globalization;

namespace FireAndForget.Tests.Soak;

/// <summary>The numbers of the equation, for each receiver and for the host.</summary>
internal static class SoakReport
{
    public static IEnumerable<string> Lines(SoakStatistics statistics, HostStatistics underLoad, double seconds)
    {
        yield return Row(
            "receiver",
            "last guest",
            "accepted",
            "handled",
            "rejected",
            "trapped",
            "timed out",
            "evicted",
            "undeliv.",
            "waiting"
        );
        foreach ((string id, string guest, MessageStatistics receiver) in statistics.Receivers)
        {
            yield return Row(id, guest, receiver);
        }

        yield return Row("the host", "when it was told to stop", underLoad.Messages);
        yield return Row("the host", "at the end", statistics.Host.Messages);
        yield return $"Refused: {Whole(statistics.Host.Refused)}, "
            + string.Join(", ", statistics.Refusals.OrderBy(r => r.Key).Select(r => $"{r.Key} {Whole(r.Value)}"));
        yield return $"Requests: {Whole(statistics.Host.Requests)}, {Whole(statistics.OwnRequests)} of them of endpoints, each with its reply; "
            + $"late replies: {Whole(statistics.Host.LateReplies)}";
        yield return $"Sent: {Whole(statistics.Host.Sent)} = {Whole(statistics.Host.Accepted)} accepted + {Whole(statistics.Host.Refused)} refused; "
            + $"{Whole(statistics.Host.Accepted)} accepted = {Whole(statistics.Host.Settled)} settled + {Whole(statistics.Host.Messages.Waiting)} waiting; "
            + $"{Whole(statistics.Host.Accepted / Math.Max(seconds, 1))} accepted a second";
    }

    private static string Row(string id, string guest, MessageStatistics statistics) =>
        Row(
            id,
            guest,
            Whole(statistics.Accepted),
            Whole(statistics.Handled),
            Whole(statistics.Rejected),
            Whole(statistics.Trapped),
            Whole(statistics.TimedOut),
            Whole(statistics.Evicted),
            Whole(statistics.Undeliverable),
            Whole(statistics.Waiting)
        );

    private static string Row(string id, string guest, params string[] cells) =>
        $"{id, -14}{guest, -44}{string.Concat(cells.Select(cell => $"{cell, 14}"))}";

    private static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
