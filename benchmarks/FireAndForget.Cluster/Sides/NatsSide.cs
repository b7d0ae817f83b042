// NATS.Net: publishes to a subject, and requests, through nats-server.

using System.Threading.Channels;
using FireAndForget.Cluster.Processes;
using NATS.Client.Core;

namespace FireAndForget.Cluster.Sides;

internal sealed class NatsSide(string name, string url) : Side
{
    private readonly NatsConnection _connection = new(
        // It drops what does not fit by default.
        new() { Url = url, SubPendingChannelFullMode = BoundedChannelFullMode.Wait }
    );

    public override ValueTask DisposeAsync() => _connection.DisposeAsync();

    protected override async Task StartAsync()
    {
        await _connection.ConnectAsync();
        // Memory of a pool, which spares an array for each message.
        INatsSub<NatsMemoryOwner<byte>> messages = await _connection.SubscribeCoreAsync<NatsMemoryOwner<byte>>(name);
        INatsSub<byte[]> requests = await _connection.SubscribeCoreAsync<byte[]>(RequestsOf(name));
        await _connection.PingAsync();
        _ = Task.Run(() => CountAsync(messages));
        _ = Task.Run(() => AnswerAsync(requests));
    }

    protected override Task ConnectAsync(string other, string address)
    {
        Ways["publish"] = async (message, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                await _connection.PublishAsync(other, message);
            }
        };
        Asks["request"] = async message => await _connection.RequestAsync<byte[], byte[]>(RequestsOf(other), message);
        return Task.CompletedTask;
    }

    private static string RequestsOf(string side) => $"{side}.requests";

    private static async Task CountAsync(INatsSub<NatsMemoryOwner<byte>> messages)
    {
        while (await messages.Msgs.WaitToReadAsync())
        {
            while (messages.Msgs.TryRead(out NatsMsg<NatsMemoryOwner<byte>> message))
            {
                message.Data.Dispose();
                Arrivals.Add();
            }
        }
    }

    private static async Task AnswerAsync(INatsSub<byte[]> requests)
    {
        await foreach (NatsMsg<byte[]> request in requests.Msgs.ReadAllAsync())
        {
            await request.ReplyAsync(request.Data);
        }
    }
}
