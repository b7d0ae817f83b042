using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What becomes of asynchronous handlers and their messages when their endpoint or the host ends.</summary>
public sealed class AsyncHandlerStopTests
{
    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Stop_WhenTheTimeIsUp_CancelsHandlersAndTheirMessagesAreUndeliverable(int workers)
    {
        MessagingHost host = new(new() { Workers = workers, HandlerStopTimeout = TestHost.Patience });
        using EventSubscription events = host.Subscribe(int.MaxValue);
        HeldHandler held = new();
        MessagingEndpoint client = host.AddEndpoint("client", held.HandleUntilCancelledAsync);

        await SendAsync(host, workers, held, [1], [2]);
        await StopAtOnceAsync(host);

        AccountingAssert.AssertEnded(client.Statistics, undeliverable: 2);
        AccountingAssert.AssertAtRest(host.Statistics.Messages);
        int told = 0;
        while (events.TryRead(out HostEvent? happened))
        {
            Assert.Equal("the host stopped", Assert.IsType<DeadLetter>(happened).Reason);
            told++;
        }

        Assert.Equal(2, told);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Stop_AHandlerThatNeverEnds_IsGivenUp(int workers)
    {
        ListLogger log = new();
        MessagingHost host = new(
            new()
            {
                Workers = workers,
                HandlerStopTimeout = TimeSpan.Zero,
                Logger = log,
            }
        );
        HeldHandler held = new();
        TaskCompletionSource<byte[]> seen = new();
        MessagingEndpoint client = host.AddEndpoint(
            "client",
            async (message, cancel) =>
            {
                await held.HandleAsync(message, cancel);
                seen.SetResult(message.Bytes.ToArray());
            }
        );

        await SendAsync(host, workers, held, [1, 7], [2]);
        await StopAtOnceAsync(host);

        AccountingAssert.AssertEnded(client.Statistics, undeliverable: 2);
        AccountingAssert.AssertAtRest(host.Statistics.Messages);
        Assert.Equal("client", Assert.Single(log.Of(110)).Values["Endpoint"]);

        // Whenever it ends after all, its message is still there and nothing is counted again.
        held.Release();
        Assert.Equal([1, 7], await seen.Task.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken));
        AccountingAssert.AssertEnded(client.Statistics, undeliverable: 2);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Remove_WhileAHandlerWaits_LetsItEndAndMakesTheRestUndeliverable(int workers)
    {
        await using TestHost host = new(workers);
        HeldHandler held = new();
        MessagingEndpoint client = host.Host.AddEndpoint("client", held.HandleAsync);
        MessagingEndpoint sender = host.AddSender("sender");
        for (byte i = 0; i < 100; i++)
        {
            sender.Send("client", [i]);
        }

        Task drain = host.Host.DrainAsync(TestContext.Current.CancellationToken);
        await held.WhenEnteredAsync();
        Assert.True(client.Remove());
        Assert.Equal(SendStatus.TargetNotFound, sender.Send("client", [1]));
        await TestHost.UntilAsync(() => client.Statistics.Undeliverable == 99, "what waits is undeliverable");
        Assert.False(drain.IsCompleted);

        held.Release();
        await drain.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);
        AccountingAssert.AssertEnded(client.Statistics, handled: 1, undeliverable: 99);
        Assert.Equal("its receiver was removed", host.DeadLetters[0].Reason);
    }

    /// <summary>Whatever comes together with a stop, each message has one outcome.</summary>
    [Fact]
    public async Task Stop_WhileMessagesFly_EachHasOneOutcome()
    {
        for (int round = 0; round < 40; round++)
        {
            MessagingHost host = new(new() { Workers = 2, HandlerStopTimeout = TimeSpan.Zero });
            MessagingEndpoint[] clients =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(i =>
                        host.AddEndpoint(
                            $"client{i}",
                            async (message, cancel) =>
                            {
                                if (message.Bytes.Span[0] % 2 == 0)
                                {
                                    await Task.Yield();
                                }

                                cancel.ThrowIfCancellationRequested();
                                if (message.Bytes.Span[0] == 99)
                                {
                                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                                }
                            },
                            new() { MaxConcurrency = 1 + i }
                        )
                    ),
            ];
            Task sending = Parallelly.RunAsync(
                2,
                thread =>
                {
                    for (int i = 0; i < 400; i++)
                    {
                        clients[i % 4].Send($"client{(i + thread) % 4}", [(byte)(i % 100)]);
                    }
                }
            );
            if (round % 2 == 0)
            {
                await sending;
            }

            await StopAtOnceAsync(host);
            await sending;

            AccountingAssert.AssertAtRest(host.Statistics.Messages);
            Assert.Equal(0, host.Statistics.Queued + host.Statistics.InFlight);
        }
    }

    /// <summary>Sends messages from "client" to itself, and waits until its handler has the first one.</summary>
    private static async Task SendAsync(MessagingHost host, int workers, HeldHandler held, params byte[][] messages)
    {
        Assert.True(host.TryGetEndpoint("client", out MessagingEndpoint? client));
        foreach (byte[] message in messages)
        {
            client.Send("client", message);
        }

        if (workers == 0)
        {
            host.Pump();
        }

        await held.WhenEnteredAsync();
    }

    private static Task StopAtOnceAsync(MessagingHost host) =>
        host.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken)
            .WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);
}
