using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FireAndForget.Tests.Snippets;

/// <summary>What the documents say of a host's options and of what goes with a host.</summary>
internal static class Configuring
{
    public static MessagingHostOptions Bind(IConfiguration configuration)
    {
        #region bind-options
        MessagingHostOptions options = new();
        configuration.GetSection("Host").Bind(options);
        #endregion
        return options;
    }

    public static async Task CompileInAProcess()
    {
        #region compile-process
        await using var host = new MessagingHost(
            new()
            {
                CompileProcess = new() { MaxMemoryBytes = 1L << 30, Timeout = TimeSpan.FromMinutes(1) },
            }
        );
        #endregion
    }

    public static async Task KeepWhatWasCompiled()
    {
        #region compile-cache
        await using var host = new MessagingHost(
            new()
            {
                CompileCache = new() { Folder = "/var/cache/my-service", MaxBytes = 4L << 30 },
            }
        );
        await using var other = new MessagingHost(new() { CompileCache = null }); // nothing is kept
        #endregion
    }

    public static void Change(MessagingHost host)
    {
        #region grant-and-revoke
        host.Grant("mirror", Capability.SendsTo, "audit/*");
        host.Revoke("mirror", Capability.ReceivesFrom, "*");
        #endregion
    }

    public static void Observe(IServiceCollection services)
    {
        #region open-telemetry
        services
            .AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter("FireAndForget"))
            .WithTracing(tracing => tracing.AddSource("FireAndForget"));
        #endregion
    }

    public static void AddTopology(MessagingHost host)
    {
        #region topology-in-code
        Topology topology = new(
            [new("mirror", ComponentSource.FromFile("c-mirror.wasm"), new() { SendsTo = ["client"] })],
            ["client"]
        );
        IReadOnlyDictionary<string, MessagingEndpoint> endpoints = host.AddTopology(
            topology,
            (endpoint, message) => { }
        );
        #endregion
        _ = endpoints;
    }
}
