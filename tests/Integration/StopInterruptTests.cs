using Xunit;

namespace FireAndForget.Tests;

/// <summary>What becomes of guests that are at work, and of what waits for them, when the time of a stop is up.</summary>
public class StopInterruptTests
{
    private static readonly ComponentOptions NoBudget = new() { Limits = new() { MessageTimeout = TimeSpan.Zero } };
    private static readonly byte[] Endless = new byte[1000];

    [Theory]
    [InlineData(0)]
    [InlineData(9_000)]
    [InlineData(100_000)]
    public async Task Stop_WithAMessageThatNeverEnds_InterruptsIt(int timeInTicks)
    {
        await using TestHost host = new(workers: 1);
        Component endless = host.Add("endless", "endless-loop.wat", NoBudget);
        MessagingEndpoint client = host.AddSender();
        client.Send("endless", Endless);
        client.Send("endless", [1]);
        await TestHost.UntilAsync(() => endless.Statistics.InFlight > 0, "the message is at work");

        await host.StopAsync(TimeSpan.FromTicks(timeInTicks));

        AccountingAssert.AssertEnded(endless.Statistics, undeliverable: 2);
        Assert.Equal(
            ["the host stopped while it was being handled", "the host stopped"],
            host.DeadLetters.Select(d => d.Reason)
        );
    }

    [Fact]
    public async Task Stop_InterruptingAMessage_MakesNoFreshInstance()
    {
        await using TestHost host = new(workers: 1);
        Component endless = host.Add("endless", "endless-loop.wat", NoBudget);
        host.AddSender().Send("endless", Endless);
        await TestHost.UntilAsync(() => endless.Statistics.InFlight > 0, "the message is at work");

        await host.StopAsync(TimeSpan.Zero);

        Assert.Empty(host.Events.OfType<ComponentRestarted>());
        Assert.Empty(host.Events.OfType<ComponentStopped>());
    }

    [Fact]
    public async Task Stop_InManualModeWithAMessageThatNeverEnds_InterruptsIt()
    {
        TestHost host = new(workers: 0);
        Component endless = host.Add("endless", "endless-loop.wat", NoBudget);
        MessagingEndpoint client = host.AddSender();
        client.Send("endless", Endless);

        await Task.Run(
                () => host.StopAsync(TimeSpan.FromMilliseconds(50)).AsTask(),
                TestContext.Current.CancellationToken
            )
            .WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);

        AccountingAssert.AssertEnded(endless.Statistics, undeliverable: 1);
    }

    [Fact]
    public async Task Stop_InManualModeWithManyMessages_TheRestIsUndeliverableWhenTheTimeIsUp()
    {
        await using TestHost host = new(workers: 0);
        Component slow = host.Add("slow", TestFiles.Slow, NoBudget);
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 100; i++)
        {
            client.Send("slow", [1]);
        }

        await host.StopAsync(TimeSpan.FromMilliseconds(20));

        Assert.True(slow.Statistics.Undeliverable > 0, $"{slow.Statistics}");
    }

    [Theory]
    [InlineData("0101")]
    [InlineData("FF01")]
    [InlineData("FF02")]
    public async Task Stop_WithAGuestThatSendsToItself_Ends(string message)
    {
        await using TestHost host = new(workers: 2, stopTimeout: TimeSpan.FromMilliseconds(20));
        host.Add("self", "self-send.wat", new() { SendsTo = ["self"] });
        host.AddSender().Send("self", Convert.FromHexString(message));
        await TestHost.UntilAsync(() => host.Statistics.Accepted > 1, "it has sent to itself");
    }

    /// <summary>A token ends the time for accepted messages as if it were up: the guest is interrupted, what waits is undeliverable.</summary>
    [Fact]
    public async Task StopAsync_Cancelled_EndsAtOnce()
    {
        await using TestHost host = new(stopTimeout: TimeSpan.FromDays(1));
        Component slow = host.Add("slow", TestFiles.Slow, NoBudget);
        MessagingEndpoint client = host.AddSender();
        client.Send("slow", Endless);
        client.Send("slow", [1]);
        await TestHost.UntilAsync(() => slow.Statistics.InFlight != 0, "the guest is at work");
        using CancellationTokenSource stop = new();
        Task stopping = host.Host.StopAsync(stop.Token);
        Assert.False(stopping.IsCompleted);

        await stop.CancelAsync();

        await stopping.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);
        AccountingAssert.AssertEnded(slow.Statistics, undeliverable: 2);
    }

    /// <summary>One who stops the host with a token hurries those who stop it without one.</summary>
    [Fact]
    public async Task StopAsync_CancelledByASecondCall_EndsTheFirst()
    {
        await using TestHost host = new(stopTimeout: TimeSpan.FromDays(1));
        Component slow = host.Add("slow", TestFiles.Slow, NoBudget);
        host.AddSender().Send("slow", Endless);
        Task first = host.Host.StopAsync(TestContext.Current.CancellationToken);

        await host.Host.StopAsync(new CancellationToken(canceled: true));

        await first.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);
        AccountingAssert.AssertEnded(slow.Statistics, undeliverable: 1);
    }
}
