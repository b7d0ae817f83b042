// The section of docs/performance.md about requests, publishes and later messages: its goals, and the rows of its tables.

namespace FireAndForget.Reporting;

internal sealed class ConversationTables(RunResults results)
{
    /// <summary>The length of the messages, in bytes, where nothing else is said.</summary>
    private const int Payload = 16;

    /// <summary>The lengths that are published to <see cref="Many"/> subscribers, in bytes.</summary>
    private static readonly int[] Published = [16, 4096, 65536];
    private const int Many = 100;
    private const string Group = "conversations";

    /// <summary>How the alternatives' names begin; their versions follow.</summary>
    private static readonly string[] Peers = ["Channel<T>", "Akka.NET", "Proto.Actor", "Orleans"];

    /// <summary>What is aimed at.</summary>
    public IReadOnlyList<GoalRow> Goals() =>
        [
            Goal("one thread", Multiple(3), results.Find(Names.Requests, Names.RequestOneThread, Payload)),
            new(
                Group,
                "requests",
                "one thread, allocated",
                new("0 B", 0),
                new("0 B", 0),
                // What other threads of the process allocate meanwhile is no tenth of a byte for each request.
                Round(results.Find(Names.Requests, Names.RequestOneThread, Payload)?.AllocatedBytes),
                Format: Show.Allocated
            ),
            Goal("two components", Multiple(4), results.Find(Names.Requests, Names.RequestComponents, Payload)),
            .. Peers.Select(peer => Ahead(Names.Requests, "one by one", peer)),
            .. Peers.Select(peer => Ahead(Names.RequestsOpen, "64 open", peer)),
            new(
                Group,
                "later messages",
                "memory",
                new("64 B", 64),
                new("64 B", 64),
                Find(Names.LaterMemory, Names.Self),
                Format: bytes => bytes is null ? Show.Missing : Show.Size(bytes.Value)
            ),
        ];

    /// <summary>A row for each goal; none where nothing of it was measured.</summary>
    public string GoalRows(Reasons reasons) =>
        Rows.Of(
            Goals().Any(row => row.Nanoseconds is not null) ? Goals() : [],
            row => [Cell(row.Title), Cell(row.Required.Text), row.Measured, reasons.Verdict(row)]
        );

    /// <summary>A row for each who asks.</summary>
    public string Requests()
    {
        Measurement? message = results.Find(Names.Requests, Names.RequestBaseline, Payload);
        return Rows.Of(
            results.All(Names.Requests).Concat(results.All(Names.RequestsOpen)).Select(m => m.Case).Distinct(),
            asker =>
            {
                Measurement? one = results.Find(Names.Requests, asker, Payload);
                Measurement? open = results.Find(Names.RequestsOpen, asker, Payload);
                return
                [
                    Cell(asker),
                    MedianAndBest(one),
                    Show.Times(one, message),
                    Show.Allocated(one?.AllocatedBytes),
                    MedianAndBest(open),
                    Show.Allocated(open?.AllocatedBytes),
                ];
            }
        );
    }

    /// <summary>A row for each who publishes, a column for each number of subscribers.</summary>
    public string Publishes() =>
        Rows.Of(
            results
                .All(Names.Publish)
                .Where(m => m.Payload == Payload)
                .Select(m => m.Case[..m.Case.LastIndexOf(", ", StringComparison.Ordinal)])
                .Distinct(),
            publisher =>
                [
                    publisher,
                    .. Names.Subscribers.Select(count =>
                        MedianAndBest(Publish(Names.Publish, publisher, count, Payload))
                    ),
                    Show.Allocated(
                        Names.Subscribers.Max(count =>
                            Publish(Names.Publish, publisher, count, Payload)?.AllocatedBytes
                        )
                    ),
                ]
        );

    /// <summary>A publish and a send to each, by the length of the message.</summary>
    public string PublishesBySize() =>
        Rows.Of(
            new[] { Names.PublishOneThread, Names.PublishLoop }.Where(publisher =>
                Publish(Names.PublishCall, publisher, Many, Payload) is not null
            ),
            publisher =>
                [
                    publisher,
                    .. Published.SelectMany(payload =>
                        (string[])
                            [
                                Show.Time(Publish(Names.PublishCall, publisher, Many, payload)?.Value),
                                Show.Time(Publish(Names.Publish, publisher, Many, payload)?.Value),
                            ]
                    ),
                ]
        );

    /// <summary>A row for each that keeps messages for later.</summary>
    public string Later() =>
        Rows.Of(
            results.All(Names.LaterGiven),
            m =>
                [
                    m.Case,
                    Show.Time(m.Value),
                    Show.Time(Find(Names.LaterTakenBack, m.Case)),
                    Show.Time(Find(Names.LaterSent, m.Case)),
                    Show.Allocated(m.AllocatedBytes),
                    Bytes(Names.LaterMemory, m.Case),
                    Bytes(Names.LaterManaged, m.Case),
                ]
        );

    /// <summary>That requests across threads are ahead of an alternative.</summary>
    private GoalRow Ahead(string name, string shape, string peer)
    {
        Measurement? time = results.All(name).FirstOrDefault(m => m.Case.StartsWith(peer, StringComparison.Ordinal));
        return Goal(
            $"two threads, {shape}, beside {peer}",
            Reporting.Goal.Part($"a third of {peer}", 3, time),
            results.Find(name, Names.RequestTwoThreads, Payload)
        );
    }

    private Goal Multiple(double factor) =>
        Reporting.Goal.Multiple(
            factor,
            "a message without an answer",
            results.Find(Names.Requests, Names.RequestBaseline, Payload)
        );

    private static GoalRow Goal(string title, Goal required, Measurement? measured) =>
        new(Group, "requests", title, required, required, measured?.Value, Samples: measured?.Raw);

    private string Bytes(string name, string @case) => Find(name, @case) is { } bytes ? Show.Size(bytes) : Show.Missing;

    private Measurement? Publish(string name, string publisher, int subscribers, int payload) =>
        results.Find(name, Names.CrowdOf(publisher, subscribers), payload);

    private double? Find(string name, string @case) => results.FindValue(name, @case, Payload);

    private static double? Round(double? bytes) => bytes is null ? null : Math.Round(bytes.Value, 1);

    private static string MedianAndBest(Measurement? m) =>
        m is null ? Show.Missing : $"{Show.Time(m.Value)} ({Show.Time(m.Best)})";

    /// <summary>A text in a cell, where angle brackets would be taken for HTML.</summary>
    private static string Cell(string text) => text.Replace("Channel<T>", "`Channel<T>`", StringComparison.Ordinal);
}
