namespace FireAndForget.Tests.Soak;

/// <summary>Compares what was counted in different places. Everything is settled, so all of it must agree.</summary>
internal static class Balance
{
    /// <returns>What does not agree.</returns>
    public static IEnumerable<string> Problems(SoakStatistics statistics)
    {
        foreach ((string id, _, MessageStatistics receiver) in statistics.Receivers)
        {
            foreach (string problem in AtRest(id, receiver))
            {
                yield return problem;
            }
        }

        foreach (string problem in AtRest("the host", statistics.Host.Messages))
        {
            yield return problem;
        }

        MessageStatistics sum = statistics.Receivers.Aggregate(
            new MessageStatistics(),
            (all, one) => all.Plus(one.Statistics)
        );
        (string Name, long Host, long Other)[] pairs =
        [
            ("accepted, the host and its receivers", statistics.Host.Accepted, sum.Accepted),
            ("handled, the host and its receivers", statistics.Host.Handled, sum.Handled),
            ("rejected, the host and its receivers", statistics.Host.Rejected, sum.Rejected),
            ("trapped, the host and its receivers", statistics.Host.Trapped, sum.Trapped),
            ("timed out, the host and its receivers", statistics.Host.TimedOut, sum.TimedOut),
            ("evicted, the host and its receivers", statistics.Host.Evicted, sum.Evicted),
            ("undeliverable, the host and its receivers", statistics.Host.Undeliverable, sum.Undeliverable),
            ("rejected, the host and its dead letters", statistics.Host.Rejected, Of(statistics, Outcome.Rejected)),
            ("trapped, the host and its dead letters", statistics.Host.Trapped, Of(statistics, Outcome.Trapped)),
            ("timed out, the host and its dead letters", statistics.Host.TimedOut, Of(statistics, Outcome.TimedOut)),
            ("evicted, the host and its dead letters", statistics.Host.Evicted, Of(statistics, Outcome.Evicted)),
            (
                "undeliverable, the host and its dead letters",
                statistics.Host.Undeliverable,
                Of(statistics, Outcome.Undeliverable)
            ),
            ("scheduled, the host at its end and none", statistics.Host.Scheduled, 0),
            ("refused, the host and its senders", statistics.Host.Refused, statistics.SendsRefused),
            (
                "refused, the host and the reasons it gave",
                statistics.Host.Refused,
                statistics.Refusals.Values.Sum() + statistics.Untold
            ),
            (
                "handled and trapped by endpoints, and calls of their handlers with replies",
                statistics.Endpoints.Handled + statistics.Endpoints.Trapped,
                statistics.HandlerCalls + statistics.OwnReplies
            ),
            ("own requests and their replies", statistics.OwnRequests, statistics.OwnReplies),
            ("own requests and those of endpoints", statistics.OwnRequests, statistics.Endpoints.Requests),
            ("requests, the host and its receivers", statistics.Host.Requests, sum.Requests),
            .. Enum.GetValues<SendStatus>()
                .Where(status => status != SendStatus.Accepted)
                .Select(status =>
                    (
                        $"own sends answered {status}, and what the host told of them",
                        statistics.OwnSends.GetValueOrDefault(status),
                        statistics.OwnRefusals.GetValueOrDefault(status)
                            + (status == SendStatus.Closed ? statistics.Untold : 0)
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

        if (statistics.OwnSends.GetValueOrDefault(SendStatus.Accepted) > statistics.Host.Accepted)
        {
            yield return $"the host accepted {statistics.Host.Accepted}, fewer than it said to its endpoints";
        }
    }

    /// <summary>What is wrong with a snapshot, at rest or not.</summary>
    public static IEnumerable<string> InAnySnapshot(string whose, MessageStatistics statistics)
    {
        if (
            statistics.Queued < 0
            || statistics.InFlight < 0
            || statistics.Accepted != statistics.Settled + statistics.Waiting
        )
        {
            yield return $"{whose}: accepted is not the sum of the rest: {statistics}";
        }
    }

    private static IEnumerable<string> AtRest(string whose, MessageStatistics statistics) =>
        statistics is { Queued: 0, InFlight: 0, InMailboxes: 0 }
            ? InAnySnapshot(whose, statistics)
            : [$"{whose}: something is left although everything has stopped: {statistics}"];

    private static long Of(SoakStatistics statistics, Outcome outcome) =>
        statistics.DeadLetters.GetValueOrDefault(outcome);
}
