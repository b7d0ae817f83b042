using System.Text;
using FireAndForget.Mailboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Rates and quotas of several guests that send at once as much as they can: each gets exactly its own.</summary>
public sealed class AllowanceTests
{
    private const int Storm = 100_000;

    [Fact]
    public async Task Send_ManyGuestsAtOnce_EachGetsExactlyItsAllowance()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 4, time);
        host.AddInbox("sink", out Inbox inbox);
        ComponentOptions[] allowances =
        [
            Sink.With(o => o.Rate = new() { MessagesPerSecond = 10, Burst = 700 }),
            Sink.With(o => o.Quota = new() { Messages = 600 }),
            // A storm's messages have four bytes.
            Sink.With(o => o.Quota = new() { Bytes = 2003 }),
            Sink.With(o =>
            {
                o.Rate = new() { MessagesPerSecond = 10, Burst = 900 };
                o.Quota = new() { Messages = 400 };
            }),
        ];
        Component[] storms = [.. allowances.Select((a, i) => host.Add($"storm{i}", "send-storm.wat", a))];
        MessagingEndpoint client = host.AddSender();

        await StormAsync();
        Assert.Equal([700, 600, 500, 400], CountBySender());
        Assert.All(storms, s => Assert.Equal(s.SendsRefused, s.CountRefused(SendStatus.RateLimited)));
        Assert.Equal(
            [Storm - 700, Storm - 600, Storm - 500, Storm - 400],
            storms.Select(s => s.CountRefused(SendStatus.RateLimited))
        );

        // One tick before the window is over, and at its end: 600 tokens have come back, and the quotas begin anew.
        time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        await StormAsync();
        Assert.Equal([700 + 599, 600, 500, 400], CountBySender());
        time.Advance(TimeSpan.FromTicks(1));
        await StormAsync();
        Assert.Equal([700 + 600, 1200, 1000, 800], CountBySender());

        async Task StormAsync()
        {
            Assert.All(storms, s => Assert.Equal(SendStatus.Accepted, client.Send(s.Id, "sink"u8)));
            await host.SettleAsync();
        }

        int[] CountBySender() => [.. storms.Select(s => inbox.Received.Count(r => r.Sender == s.Id))];
    }

    /// <summary>What was refused for another reason than the rate costs neither token nor quota.</summary>
    [Fact]
    public async Task Send_RefusedForAnotherReason_CostsNothing()
    {
        await using TestHost host = new(workers: 0, new FakeTimeProvider());
        host.AddInbox("sink", out Inbox inbox);
        Component storm = host.Add(
            "storm",
            "send-storm.wat",
            new()
            {
                SendsTo = ["*"],
                Rate = new() { MessagesPerSecond = 1, Burst = 10 },
                Quota = new() { Messages = 10, Bytes = 40 },
            }
        );
        host.Host.AddEndpoint("tiny", _ => { }, new() { Mailbox = new() { Bytes = 1 } });
        host.Host.AddEndpoint("short", _ => { }, new() { MaxMessageBytes = 3 });
        MessagingEndpoint client = host.AddSender();

        foreach (string target in new[] { "tiny", "short", "nobody", "sink" })
        {
            client.Send("storm", Encoding.ASCII.GetBytes(target));
            await host.SettleAsync();
        }

        Assert.Equal(10, inbox.Count);
        Assert.Equal(Storm, storm.CountRefused(SendStatus.QueueFull));
        Assert.Equal(Storm, storm.CountRefused(SendStatus.PayloadTooLarge));
        Assert.Equal(Storm, storm.CountRefused(SendStatus.TargetNotFound));
        Assert.Equal(Storm - 10, storm.CountRefused(SendStatus.RateLimited));
    }

    private static ComponentOptions Sink { get; } = new() { SendsTo = ["sink"] };
}
