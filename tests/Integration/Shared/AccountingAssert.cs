using Xunit;

namespace FireAndForget.Tests;

/// <summary>Asserts the equation of what becomes of messages.</summary>
internal static class AccountingAssert
{
    public static void AssertBalance(MessageStatistics statistics)
    {
        Assert.True(statistics.Queued >= 0 && statistics.InFlight >= 0, $"Something is negative: {statistics}");
        Assert.True(
            statistics.Accepted == Ended(statistics) + statistics.Queued + statistics.InFlight,
            $"Accepted is not the sum of the rest: {statistics}"
        );
    }

    /// <summary>At rest, also against what the mailboxes count themselves.</summary>
    public static void AssertAtRest(MessageStatistics statistics)
    {
        AssertBalance(statistics);
        Assert.True(
            statistics.InMailboxes == statistics.Queued + statistics.InFlight,
            $"The mailboxes count otherwise: {statistics}"
        );
    }

    /// <summary>That exactly these messages were accepted and ended so.</summary>
    public static void AssertEnded(
        MessageStatistics statistics,
        long handled = 0,
        long rejected = 0,
        long trapped = 0,
        long timedOut = 0,
        long evicted = 0,
        long undeliverable = 0
    )
    {
        (long, long, long, long, long, long) expected = (handled, rejected, trapped, timedOut, evicted, undeliverable);
        Assert.Equal(
            expected,
            (
                statistics.Handled,
                statistics.Rejected,
                statistics.Trapped,
                statistics.TimedOut,
                statistics.Evicted,
                statistics.Undeliverable
            )
        );
        Assert.Equal(handled + rejected + trapped + timedOut + evicted + undeliverable, statistics.Accepted);
    }

    private static long Ended(MessageStatistics statistics) =>
        statistics.Handled
        + statistics.Rejected
        + statistics.Trapped
        + statistics.TimedOut
        + statistics.Evicted
        + statistics.Undeliverable;
}
