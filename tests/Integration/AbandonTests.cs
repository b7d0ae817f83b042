using Xunit;

namespace FireAndForget.Tests;

/// <summary>A handler that does not return keeps neither the host from stopping nor the others' messages from their outcome.</summary>
public sealed class AbandonTests : IDisposable
{
    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _go = new();
    private readonly ManualResetEventSlim _left = new();

    public static TheoryData<int, bool> Hosts =>
        new()
        {
            { 0, false },
            { 1, false },
            { 2, false },
            { 1, true },
        };

    public void Dispose()
    {
        _entered.Dispose();
        _go.Dispose();
        _left.Dispose();
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Stop_AHandlerThatDoesNotReturn_IsGivenUp(int workers, bool isUnbounded)
    {
        MessagingHost host = Make(workers);
        using EventSubscription events = host.Subscribe(int.MaxValue);
        byte[]? seen = null;
        MessagingEndpoint stuck = host.AddEndpoint(
            "stuck",
            message =>
            {
                if (message.Bytes[0] == 2)
                {
                    _entered.Set();
                    Await(_go);
                    // Its message is still there.
                    seen = message.Bytes.ToArray();
                    _left.Set();
                }
            },
            isUnbounded ? TestHost.Roomy : null
        );
        Component basic = host.AddComponent("basic", TestFiles.PathOf(TestFiles.Basic));
        foreach (byte first in new byte[] { 1, 2, 3, 4 })
        {
            stuck.Send("stuck", [first, 7]);
        }

        Task pumping =
            workers == 0 ? Task.Run(() => host.Pump(), TestContext.Current.CancellationToken) : Task.CompletedTask;
        Await(_entered);
        if (workers < 2)
        {
            // Waits behind the handler, and nobody else is there to handle it.
            Assert.Equal(SendStatus.Accepted, stuck.Send("basic", [1]));
        }

        await EndAsync(host.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));

        AccountingAssert.AssertEnded(stuck.Statistics, handled: 1, undeliverable: 3);
        AccountingAssert.AssertEnded(basic.Statistics, undeliverable: workers < 2 ? 1 : 0);
        AccountingAssert.AssertAtRest(host.Statistics.Messages);
        List<string> reason = [];
        while (events.TryRead(out HostEvent? happened))
        {
            reason.AddRange(happened is DeadLetter { Target: "stuck" } letter ? [letter.Reason] : []);
        }

        Assert.Equal(
            ["the host stopped, and the endpoint's handler did not return", "the host stopped", "the host stopped"],
            reason
        );

        // Whenever it comes back after all, nothing is counted again.
        _go.Set();
        Await(_left);
        await EndAsync(pumping);
        Assert.Equal([2, 7], seen);
        AccountingAssert.AssertEnded(stuck.Statistics, handled: 1, undeliverable: 3);
    }

    [Fact]
    public async Task Stop_AHandlerThatWaitsForTheStop_IsGivenUp()
    {
        MessagingHost host = Make(workers: 1);
        MessagingEndpoint client = host.AddEndpoint(
            "client",
            _ =>
            {
                _entered.Set();
                host.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
                _left.Set();
            }
        );
        client.Send("client", [1]);
        Await(_entered);

        await EndAsync(host.DisposeAsync().AsTask());

        Await(_left);
        AccountingAssert.AssertEnded(client.Statistics, undeliverable: 1);
    }

    /// <summary>However it comes out at the moment at which it is given up, each message has one outcome.</summary>
    [Fact]
    public async Task Stop_HandlersThatReturnMeanwhile_EachMessageHasOneOutcome()
    {
        for (int round = 0; round < 40; round++)
        {
            MessagingHost host = Make(workers: 2);
            int handled = 0;
            MessagingEndpoint[] clients =
            [
                .. Enumerable
                    .Range(0, 4)
                    .Select(i =>
                        host.AddEndpoint(
                            $"client{i}",
                            _ =>
                            {
                                Thread.SpinWait(20_000 * (1 + (handled++ % 50)));
                                _entered.Set();
                            }
                        )
                    ),
            ];
            foreach (MessagingEndpoint client in clients)
            {
                for (int i = 0; i < 100; i++)
                {
                    client.Send(client.Id, [1]);
                }
            }

            Await(_entered);
            _entered.Reset();

            await EndAsync(host.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken));

            AccountingAssert.AssertAtRest(host.Statistics.Messages);
            Assert.Equal(400, host.Statistics.Handled + host.Statistics.Undeliverable);
        }
    }

    private static MessagingHost Make(int workers) =>
        new(new() { Workers = workers, HandlerStopTimeout = TimeSpan.Zero });

    private static void Await(ManualResetEventSlim happened) =>
        Assert.True(happened.Wait(TestHost.Patience, TestContext.Current.CancellationToken));

    private static Task EndAsync(Task task) => task.WaitAsync(TestHost.Patience);
}
