using System.Collections.Concurrent;
using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Components that come, move, are replaced and removed, while messages fly.</summary>
[Collection(nameof(ThreeSilos))]
public sealed class PlacingTests(ThreeSilos silos) : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await silos.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Move_WhileAllSilosSend_NothingIsLostAndOrderIsKept()
    {
        string version = await StoreAsync("echo-handler");
        ConcurrentQueue<long>[] got = [new(), new(), new()];
        var clients = new MessagingEndpoint[3];
        for (int i = 0; i < clients.Length; i++)
        {
            int silo = i;
            clients[i] = await _cluster[i]
                .AddEndpointAsync($"client{i}", m => got[silo].Enqueue(BitConverter.ToInt64(m.Bytes[1..])));
        }

        await _cluster[0].DeployAsync("echo", version, On(0, "client*"));
        using CancellationTokenSource stop = new();
        Task<long>[] senders =
        [
            .. clients.Select((client, silo) => Task.Run(() => SendUntilAsync(silo, client, stop.Token))),
        ];
        foreach (int to in (int[])[1, 2, 0, 2, 1, 0])
        {
            // Something more has come back to each of them since the move before.
            int[] before = [.. got.Select(one => one.Count)];
            await TestCluster.UntilAsync(() => got.Zip(before).All(one => one.First.Count > one.Second + 20));
            await _cluster[0].MoveAsync("echo", _cluster.NameOf(to));
            Assert.Equal(_cluster[to].Silo, _cluster[1].FindHost("echo"));
        }

        await stop.CancelAsync();
        long[] sent = await Task.WhenAll(senders);
        HostStatistics sum = await _cluster.SettledAsync();
        for (int i = 0; i < clients.Length; i++)
        {
            Assert.True(sent[i] > 0);
            Assert.Equal(Enumerable.Range(0, (int)sent[i]).Select(n => (long)n), got[i]);
        }

        Assert.Equal(2 * sent.Sum(), sum.Accepted);
        Assert.Equal(2 * sent.Sum(), sum.Handled);
    }

    [Fact]
    public async Task Move_ToWhereItCannotBeLoaded_StaysWhereItWas()
    {
        string version = await StoreAsync("echo-handler");
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client", _ => { });
        ComponentOptions options = On(1, "client");
        await _cluster[0].DeployAsync("echo", version, options);

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() =>
            _cluster[0].MoveAsync("echo", "nowhere")
        );
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => _cluster[0].MoveAsync("nobody", _cluster.NameOf(1)));
        Assert.Equal(_cluster[1].Silo, _cluster[2].FindHost("echo"));
        Assert.True(
            (await client.SendAndWaitAsync("echo", "\0a"u8.ToArray(), TestContext.Current.CancellationToken)).IsHandled
        );
    }

    [Fact]
    public async Task Deploy_IdThatRuns_IsReplacedWhereItIs()
    {
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client", _ => { });
        await _cluster[0].DeployAsync("guest", await StoreAsync("rejecting-handler"), On(1, "client"));
        MessageFate before = await client.SendAndWaitAsync(
            "guest",
            "\0a"u8.ToArray(),
            TestContext.Current.CancellationToken
        );
        await _cluster[2].DeployAsync("guest", await StoreAsync("echo-handler"), On(1, "client"));
        MessageFate after = await client.SendAndWaitAsync(
            "guest",
            "\0a"u8.ToArray(),
            TestContext.Current.CancellationToken
        );

        Assert.Equal((Outcome.Rejected, Outcome.Handled), (before.Outcome, after.Outcome));
        Assert.Equal(_cluster[1].Silo, _cluster[0].FindHost("guest"));
    }

    [Fact]
    public async Task Deploy_AgainAfterItWasRemoved_RunsWhereItIsPlaced()
    {
        string version = await StoreAsync("basic-handle-message");
        MessagingEndpoint client = await _cluster[0].AddEndpointAsync("client");
        await _cluster[0].DeployAsync("guest", version, On(1));
        Assert.True(await _cluster[0].RemoveAsync("guest"));
        Assert.Equal(SendStatus.TargetNotFound, client.Send("guest", "\0a"u8));
        Assert.False(await _cluster[0].RemoveAsync("guest"));

        await _cluster[0].DeployAsync("guest", version, On(2));

        Assert.Equal(_cluster[2].Silo, _cluster[0].FindHost("guest"));
        Assert.True(
            (await client.SendAndWaitAsync("guest", "\0a"u8.ToArray(), TestContext.Current.CancellationToken)).IsHandled
        );
        ArgumentException taken = await Assert.ThrowsAsync<ArgumentException>(() =>
            _cluster[2].AddEndpointAsync("guest")
        );
        Assert.Contains("already", taken.Message, StringComparison.Ordinal);
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(() =>
            _cluster[0].DeployAsync("other", new string('0', 64))
        );
        Assert.Contains("store it first", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_Silo_ComponentsGoToTheOthers()
    {
        string version = await StoreAsync("echo-handler");
        for (int i = 0; i < 4; i++)
        {
            await _cluster[0].DeployAsync($"echo{i}", version, On(1));
        }

        Assert.Equal(4, await _cluster[0].DrainAsync(_cluster.NameOf(1)));

        IReadOnlyList<ClusterHostStatus> status = await _cluster[0].GetStatusAsync();
        Assert.Equal(
            [2, 0, 2],
            Enumerable.Range(0, 3).Select(i => status.Single(s => s.Name == _cluster.NameOf(i)).Components.Count)
        );
    }

    private async Task<string> StoreAsync(string guest) =>
        await _cluster[0].StoreAsync(TestCluster.Guest(guest), TestContext.Current.CancellationToken);

    private ComponentOptions On(int silo, params string[] sendsTo) =>
        new()
        {
            SendsTo = sendsTo,
            Placement = new() { Silo = _cluster.NameOf(silo) },
        };

    private async Task<long> SendUntilAsync(int silo, MessagingEndpoint sender, CancellationToken stop)
    {
        long sent = 0;
        byte[] message = new byte[9];
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < 20; i++)
            {
                BitConverter.TryWriteBytes(message.AsSpan(1), sent);
                if (sender.Send("echo", message) == SendStatus.Accepted)
                {
                    sent++;
                }
            }

            await TestCluster.UntilFewWaitAsync(_cluster[silo].Host);
        }

        return sent;
    }
}
