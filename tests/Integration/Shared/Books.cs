using Xunit;

namespace FireAndForget.Tests;

/// <summary>The equation of what becomes of messages.</summary>
internal static class Books
{
    public static void AssertBalance(MessageStatistics books)
    {
        Assert.True(books.Queued >= 0 && books.InFlight >= 0, $"Something is negative: {books}");
        Assert.True(
            books.Accepted == Ended(books) + books.Queued + books.InFlight,
            $"Accepted is not the sum of the rest: {books}"
        );
    }

    /// <summary>At rest, also against what the mailboxes count themselves.</summary>
    public static void AssertAtRest(MessageStatistics books)
    {
        AssertBalance(books);
        Assert.True(books.InMailboxes == books.Queued + books.InFlight, $"The mailboxes count otherwise: {books}");
    }

    /// <summary>That exactly these messages were accepted and ended so.</summary>
    public static void AssertEnded(
        MessageStatistics books,
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
            (books.Handled, books.Rejected, books.Trapped, books.TimedOut, books.Evicted, books.Undeliverable)
        );
        Assert.Equal(handled + rejected + trapped + timedOut + evicted + undeliverable, books.Accepted);
    }

    private static long Ended(MessageStatistics books) =>
        books.Handled + books.Rejected + books.Trapped + books.TimedOut + books.Evicted + books.Undeliverable;
}
