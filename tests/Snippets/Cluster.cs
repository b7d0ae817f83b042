using FireAndForget.Orleans;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace FireAndForget.Tests.Snippets;

internal static class Cluster
{
    public static async Task MakeAsync(HostApplicationBuilder builder, byte[] wasm)
    {
        #region cluster
        builder.UseOrleans(silo =>
            silo.UseLocalhostClustering() // or Redis, PostgreSQL, Azure, Kubernetes, ...
                .AddFireAndForget(faf =>
                {
                    faf.Outbox = new() { Messages = 16_384, Bytes = 8 << 20 };
                    faf.Failover = true;
                })
        );
        using IHost host = builder.Build();
        await host.StartAsync();

        IMessagingCluster cluster = host.Services.GetRequiredService<IMessagingCluster>();
        string version = await cluster.StoreAsync(wasm); // its content address
        await cluster.DeployAsync("mirror", version, new() { SendsTo = ["client"] });
        MessagingEndpoint client = await cluster.AddEndpointAsync(
            "client",
            message => Console.WriteLine(message.Sender)
        );
        SendStatus status = client.Send("mirror", "hello"u8); // at once, wherever mirror is
        await cluster.MoveAsync("mirror", "silo-2");
        #endregion
        _ = status;
    }

    public static void Map(WebApplication app)
    {
        #region cluster-routes
        app.MapFireAndForgetCluster("/cluster").RequireAuthorization("operators");
        #endregion
    }

    public static void Keep(ISiloBuilder silo, StackExchange.Redis.ConfigurationOptions redis)
    {
        #region cluster-storage
        silo.UseRedisClustering(options => options.ConfigurationOptions = redis)
            .AddRedisGrainStorage(
                FireAndForgetClusterOptions.StorageName,
                options => options.ConfigurationOptions = redis
            )
            .AddFireAndForget();
        #endregion
    }
}
