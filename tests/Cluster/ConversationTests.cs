using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Guests that ask, and messages for later, where the other side is on another silo.</summary>
[Collection(nameof(TwoSilos))]
public sealed class ConversationTests(TwoSilos silos) : IAsyncLifetime
{
    private readonly ConcurrentQueue<byte[]> _log = new();
    private TestCluster _cluster = null!;
    private MessagingEndpoint _client = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await silos.BeginAsync();
        _client = await _cluster[0].AddEndpointAsync("client");
        await _cluster[0].AddEndpointAsync("log", message => _log.Enqueue(message.Bytes.ToArray()));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task GuestRequest_ComponentOfAnotherSilo_EachHasItsReply()
    {
        await DeployAsync("asker", silo: 0);
        await DeployAsync("answerer", silo: 1);
        byte[][] requests =
        [
            // The rest is the answer, it is rejected, it traps.
            [0, 42],
            [1],
            [2],
            [0, 43],
        ];
        foreach (byte[] request in requests)
        {
            Assert.Equal(SendStatus.Accepted, _client.Send("asker", Told(1, "answerer", request)));
            await _cluster.SettledAsync();
        }

        await TestCluster.UntilAsync(() => _log.Count == requests.Length, () => $"{_log.Count} replies");
        Assert.Equal<byte[]>(
            [
                [0, 42],
                [1],
                [2],
                [0, 43],
            ],
            [.. _log.Select(reply => reply[8..])]
        );
        Assert.Distinct(_log.Select(reply => BinaryPrimitives.ReadInt64LittleEndian(reply)));

        HostStatistics sum = await _cluster.SettledAsync();
        // To the asker, to the answerer, the reply, and what goes to the log.
        int count = requests.Length;
        Assert.Equal((4 * count, count), (sum.Accepted, sum.Requests));
        Assert.Equal((4 * count - 2, 1, 1), (sum.Handled, sum.Rejected, sum.Trapped));
    }

    [Fact]
    public async Task GuestRequest_ManyToAnotherSilo_RepliesComeInOrder()
    {
        const int Count = 200;
        await DeployAsync("asker", silo: 0);
        await DeployAsync("answerer", silo: 1);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(SendStatus.Accepted, _client.Send("asker", Told(1, "answerer", [0, (byte)i])));
        }

        await TestCluster.UntilAsync(() => _log.Count == Count, () => $"{_log.Count} replies");
        Assert.Equal(Enumerable.Range(0, Count), _log.Select(reply => (int)reply[9]));
        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal((4 * Count, 4 * Count, Count), (sum.Accepted, sum.Handled, sum.Requests));
    }

    [Fact]
    public async Task GuestSendLater_ComponentOfAnotherSilo_ArrivesWhenItIsDue()
    {
        await DeployAsync("planner", silo: 0);
        await DeployAsync("target", silo: 1);
        // What is sent later tells the target to send the number of its message to the log.
        byte[] later = [.. new byte[8], .. Told(5, "", [])];
        BinaryPrimitives.WriteInt64LittleEndian(later, 20);

        Assert.Equal(SendStatus.Accepted, _client.Send("planner", Told(7, "target", later)));

        await TestCluster.UntilAsync(() => _log.Count == 1);
        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal((3, 3, 0), (sum.Accepted, sum.Handled, sum.Refused));
    }

    [Fact]
    public async Task EndpointSendLater_ComponentOfAnotherSilo_ArrivesWhenItIsDueUnlessTakenBack()
    {
        await DeployAsync("target", silo: 1);
        LaterResult kept = _client.SendLater("target", Told(5, "", []), TimeSpan.FromMilliseconds(20));
        LaterResult taken = _client.SendLater("target", Told(5, "", []), TimeSpan.FromHours(1));
        Assert.Equal((SendStatus.Accepted, SendStatus.Accepted), (kept.Status, taken.Status));
        Assert.True(_client.CancelLater(taken.Number));

        await TestCluster.UntilAsync(() => _log.Count == 1);
        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal((2, 2, 0), (sum.Accepted, sum.Handled, sum.Refused));
    }

    /// <summary>What makes a conversation guest do something, as the fixture has it.</summary>
    private static byte[] Told(byte operation, string id, byte[] payload) =>
        [operation, (byte)id.Length, .. Encoding.UTF8.GetBytes(id), .. payload];

    private Task DeployAsync(string id, int silo) =>
        _cluster.DeployAsync(id, "conversation-core", silo, new() { SendsTo = ["*"] });
}
