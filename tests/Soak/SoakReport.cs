using System.Globalization;

namespace FireAndForget.Tests.Soak;

/// <summary>The numbers of the equation, for each receiver and for the host.</summary>
internal static class SoakReport
{
    public static IEnumerable<string> Lines(SoakBooks books, HostStatistics underLoad, double seconds)
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
        foreach ((string id, string guest, MessageStatistics receiver) in books.Receivers)
        {
            yield return Row(id, guest, receiver);
        }

        yield return Row("the host", "when it was told to stop", underLoad.Messages);
        yield return Row("the host", "at the end", books.Host.Messages);
        yield return $"Refused: {Whole(books.Host.Refused)}, "
            + string.Join(", ", books.Refusals.OrderBy(r => r.Key).Select(r => $"{r.Key} {Whole(r.Value)}"));
        yield return $"Sent: {Whole(books.Host.Sent)} = {Whole(books.Host.Accepted)} accepted + {Whole(books.Host.Refused)} refused; "
            + $"{Whole(books.Host.Accepted)} accepted = {Whole(books.Host.Settled)} settled + {Whole(books.Host.Messages.Waiting)} waiting; "
            + $"{Whole(books.Host.Accepted / Math.Max(seconds, 1))} accepted a second";
    }

    private static string Row(string id, string guest, MessageStatistics books) =>
        Row(
            id,
            guest,
            Whole(books.Accepted),
            Whole(books.Handled),
            Whole(books.Rejected),
            Whole(books.Trapped),
            Whole(books.TimedOut),
            Whole(books.Evicted),
            Whole(books.Undeliverable),
            Whole(books.Waiting)
        );

    private static string Row(string id, string guest, params string[] cells) =>
        $"{id, -14}{guest, -44}{string.Concat(cells.Select(cell => $"{cell, 14}"))}";

    private static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
