using FireAndForget.Guests.Decoding;
using FireAndForget.Tests.Soak;
using Xunit;

namespace FireAndForget.Tests.Search;

/// <summary>That the soak's last look sees one message too many or too few, wherever it is.</summary>
public class BalanceTests
{
    private static readonly MessageStatistics Component = new()
    {
        Accepted = 15,
        Handled = 5,
        Rejected = 4,
        Trapped = 3,
        TimedOut = 2,
        Undeliverable = 1,
    };

    private static readonly MessageStatistics Endpoint = new()
    {
        Accepted = 10,
        Handled = 7,
        Trapped = 1,
        Evicted = 2,
        Requests = 2,
    };

    private static readonly SoakStatistics Right = new()
    {
        Host = new()
        {
            Messages = new()
            {
                Accepted = 25,
                Handled = 12,
                Rejected = 4,
                Trapped = 4,
                TimedOut = 2,
                Evicted = 2,
                Undeliverable = 1,
                Requests = 2,
            },
            Refused = 6,
        },
        Receivers = [("c", "guest", Component), ("e", "endpoint", Endpoint)],
        SendsRefused = 6,
        Refusals = new Dictionary<SendStatus, long> { [SendStatus.QueueFull] = 5, [SendStatus.Closed] = 1 },
        DeadLetters = new Dictionary<Outcome, long>
        {
            [Outcome.Rejected] = 4,
            [Outcome.Trapped] = 4,
            [Outcome.TimedOut] = 2,
            [Outcome.Evicted] = 2,
            [Outcome.Undeliverable] = 1,
        },
        Untold = 0,
        OwnSends = new Dictionary<SendStatus, long>
        {
            [SendStatus.Accepted] = 20,
            [SendStatus.QueueFull] = 2,
            [SendStatus.Closed] = 1,
        },
        OwnRefusals = new Dictionary<SendStatus, long> { [SendStatus.QueueFull] = 2, [SendStatus.Closed] = 1 },
        OwnRequests = 2,
        OwnReplies = 2,
        HandlerCalls = 6,
        Endpoints = Endpoint,
    };

    [Fact]
    public void Problems_EverythingAgrees_AreNone() => Assert.Empty(Balance.Problems(Right));

    public static TheoryData<string, string> Wrongs =>
        new()
        {
            { "component", "c: accepted is not the sum" },
            { "waiting", "c: something is left" },
            { "mailbox", "e: something is left" },
            { "receiver", "accepted, the host and its receivers: 25 and 10" },
            { "dead letters", "evicted, the host and its dead letters: 2 and 1" },
            { "senders", "refused, the host and its senders: 6 and 5" },
            { "reasons", "refused, the host and the reasons it gave: 6 and 1" },
            { "untold", "refused, the host and the reasons it gave: 6 and 7" },
            { "untold", "own sends answered Closed, and what the host told of them: 1 and 2" },
            { "handlers", "handled and trapped by endpoints, and calls of their handlers with replies: 8 and 11" },
            { "replies", "own requests and their replies: 2 and 1" },
            { "own", "own sends answered QueueFull, and what the host told of them: 2 and 3" },
            { "accepted", "the host accepted 25, fewer than" },
        };

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void Problems_OneNumberIsOff_IsNamed(string what, string problem)
    {
        SoakStatistics wrong = what switch
        {
            "component" => WithComponent(Component with { Handled = 6 }),
            "waiting" => WithComponent(Component with { Handled = 4, Queued = 1 }),
            "mailbox" => Right with
            {
                Receivers = [("c", "guest", Component), ("e", "endpoint", Endpoint with { InMailboxes = 1 })],
            },
            "receiver" => Right with { Receivers = [("e", "endpoint", Endpoint)] },
            "dead letters" => Right with
            {
                DeadLetters = new Dictionary<Outcome, long>(Right.DeadLetters) { [Outcome.Evicted] = 1 },
            },
            "senders" => Right with { SendsRefused = 5 },
            "reasons" => Right with { Refusals = new Dictionary<SendStatus, long> { [SendStatus.Closed] = 1 } },
            "untold" => Right with { Untold = 1 },
            "handlers" => Right with { HandlerCalls = 9 },
            "replies" => Right with { OwnReplies = 1 },
            "own" => Right with { OwnRefusals = new Dictionary<SendStatus, long> { [SendStatus.QueueFull] = 3 } },
            _ => Right with
            {
                OwnSends = new Dictionary<SendStatus, long>(Right.OwnSends) { [SendStatus.Accepted] = 26 },
            },
        };

        Assert.Contains(Balance.Problems(wrong), p => p.StartsWith(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void InAnySnapshot_SomethingWaits_IsRight() =>
        Assert.Empty(Balance.InAnySnapshot("c", Component with { Accepted = 18, Queued = 2, InFlight = 1 }));

    [Fact]
    public void InAnySnapshot_NegativeQueue_IsNot() =>
        Assert.NotEmpty(Balance.InAnySnapshot("c", Component with { Accepted = 14, Queued = -1 }));

    [Fact]
    public void Plus_TwoStatistics_AddsEveryNumber()
    {
        MessageStatistics statistics = Component with { Evicted = 9, Queued = 8, InFlight = 7, InMailboxes = 6 };

        Assert.Equal(
            new()
            {
                Accepted = 30,
                Handled = 10,
                Rejected = 8,
                Trapped = 6,
                TimedOut = 4,
                Undeliverable = 2,
                Evicted = 18,
                Queued = 16,
                InFlight = 14,
                InMailboxes = 12,
            },
            statistics.Plus(statistics)
        );
    }

    private static SoakStatistics WithComponent(MessageStatistics component) =>
        Right with
        {
            Receivers = [("c", "guest", component), ("e", "endpoint", Endpoint)],
        };
}
