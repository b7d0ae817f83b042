using Xunit;

namespace FireAndForget.Tests;

/// <summary>The fixtures that the eight tests leave out.</summary>
public class FixtureTests
{
    private static readonly ComponentOptions Hasty = new()
    {
        Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(10) },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task SlowHandler_ShortBudget_TimesOutAndIsRestarted(int workers)
    {
        await using TestHost host = new(workers);
        Component slow = host.Add("slow", TestFiles.Slow, Hasty);
        host.AddSender().Send("slow", [1, 2, 3]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(slow.Statistics, timedOut: 1);
        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(
            ("client", "slow", Outcome.TimedOut, 3),
            (letter.Sender, letter.Target, letter.Outcome, letter.Length)
        );
        Assert.Equal("it took more than its budget of 10 ms", letter.Reason);
        ComponentRestarted restarted = Assert.Single(host.Events.OfType<ComponentRestarted>());
        Assert.Equal(("slow", letter.Reason), (restarted.Component, restarted.Reason));
        Assert.False(slow.IsStopped);
    }

    [Fact]
    public async Task SlowHandler_LongBudget_HandlesTheMessage()
    {
        await using TestHost host = new();
        ComponentOptions patient = new() { Limits = new() { MessageTimeout = TimeSpan.Zero } };
        Component slow = host.Add("slow", TestFiles.Slow, patient);
        host.AddSender().Send("slow", []);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(slow.Statistics, handled: 1);
    }

    [Fact]
    public async Task SlowHandler_MessagesBehindATimeout_GoOn()
    {
        await using TestHost host = new();
        Component slow = host.Add("slow", TestFiles.Slow, Hasty.With(o => o.Restart = new() { Max = 3 }));
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 3; i++)
        {
            client.Send("slow", [(byte)i]);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(slow.Statistics, timedOut: 3);
        Assert.False(slow.IsStopped);
    }

    [Fact]
    public async Task RejectingHandler_AnyMessage_IsRejectedWithItsNumber()
    {
        await using TestHost host = new();
        Component rejecting = host.Add("rejecting", TestFiles.Rejecting);
        MessagingEndpoint client = host.AddSender();
        client.Send("rejecting", [1]);
        client.Send("rejecting", []);
        client.Send("rejecting", new byte[50_000]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(rejecting.Statistics, rejected: 3);
        Assert.Equal(
            [
                "dead letter from client to rejecting, Rejected, 1 bytes: handle-message returned 7",
                "dead letter from client to rejecting, Rejected, 0 bytes: handle-message returned 7",
                "dead letter from client to rejecting, Rejected, 50000 bytes: handle-message returned 7",
            ],
            host.DeadLetters.Select(letter => letter.ToString())
        );
    }
}
