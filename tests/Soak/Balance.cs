namespace FireAndForget.Tests.Soak;

/// <summary>Compares what was counted in different places. Everything is settled, so all of it must agree.</summary>
internal static class Balance
{
    /// <returns>What does not agree.</returns>
    public static IEnumerable<string> Problems(SoakBooks books)
    {
        foreach ((string id, _, MessageStatistics receiver) in books.Receivers)
        {
            foreach (string problem in AtRest(id, receiver))
            {
                yield return problem;
            }
        }

        foreach (string problem in AtRest("the host", books.Host.Messages))
        {
            yield return problem;
        }

        MessageStatistics sum = books.Receivers.Aggregate(new MessageStatistics(), (all, one) => all.Plus(one.Books));
        (string Name, long Host, long Other)[] pairs =
        [
            ("accepted, the host and its receivers", books.Host.Accepted, sum.Accepted),
            ("handled, the host and its receivers", books.Host.Handled, sum.Handled),
            ("rejected, the host and its receivers", books.Host.Rejected, sum.Rejected),
            ("trapped, the host and its receivers", books.Host.Trapped, sum.Trapped),
            ("timed out, the host and its receivers", books.Host.TimedOut, sum.TimedOut),
            ("evicted, the host and its receivers", books.Host.Evicted, sum.Evicted),
            ("undeliverable, the host and its receivers", books.Host.Undeliverable, sum.Undeliverable),
            ("rejected, the host and its dead letters", books.Host.Rejected, Of(books, Outcome.Rejected)),
            ("trapped, the host and its dead letters", books.Host.Trapped, Of(books, Outcome.Trapped)),
            ("timed out, the host and its dead letters", books.Host.TimedOut, Of(books, Outcome.TimedOut)),
            ("evicted, the host and its dead letters", books.Host.Evicted, Of(books, Outcome.Evicted)),
            (
                "undeliverable, the host and its dead letters",
                books.Host.Undeliverable,
                Of(books, Outcome.Undeliverable)
            ),
            ("refused, the host and its senders", books.Host.Refused, books.SendsRefused),
            (
                "refused, the host and the reasons it gave",
                books.Host.Refused,
                books.Refusals.Values.Sum() + books.Untold
            ),
            (
                "handled and trapped by endpoints, and calls of their handlers",
                books.Endpoints.Handled + books.Endpoints.Trapped,
                books.HandlerCalls
            ),
            .. Enum.GetValues<SendStatus>()
                .Where(status => status != SendStatus.Accepted)
                .Select(status =>
                    (
                        $"own sends answered {status}, and what the host told of them",
                        books.OwnSends.GetValueOrDefault(status),
                        books.OwnRefusals.GetValueOrDefault(status) + (status == SendStatus.Closed ? books.Untold : 0)
                    )
                ),
        ];
        foreach ((string name, long host, long other) in pairs)
        {
            if (host != other)
            {
                yield return $"{name}: {host} and {other}";
            }
        }

        if (books.OwnSends.GetValueOrDefault(SendStatus.Accepted) > books.Host.Accepted)
        {
            yield return $"the host accepted {books.Host.Accepted}, fewer than it said to its endpoints";
        }
    }

    /// <summary>What is wrong with a snapshot, at rest or not.</summary>
    public static IEnumerable<string> InAnySnapshot(string whose, MessageStatistics books)
    {
        if (books.Queued < 0 || books.InFlight < 0 || books.Accepted != books.Settled + books.Waiting)
        {
            yield return $"{whose}: accepted is not the sum of the rest: {books}";
        }
    }

    private static IEnumerable<string> AtRest(string whose, MessageStatistics books) =>
        books is { Queued: 0, InFlight: 0, InMailboxes: 0 }
            ? InAnySnapshot(whose, books)
            : [$"{whose}: something is left although everything has stopped: {books}"];

    private static long Of(SoakBooks books, Outcome outcome) => books.DeadLetters.GetValueOrDefault(outcome);
}
