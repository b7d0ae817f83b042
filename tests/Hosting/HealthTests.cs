using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The health check: healthy, degraded and unhealthy, and which component.</summary>
public sealed class HealthTests : IDisposable
{
    /// <summary>Traps at each message.</summary>
    private const string Trap = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
        """;

    private readonly TestService _test = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Check_ComponentsThatFail_AreNamed()
    {
        _test.Builder.Services.AddSingleton<TimeProvider>(_time);
        _test.Builder.Services.AddHealthChecks().AddFireAndForget(configure: o => o.Restarts = 2);
        _test.Write("trap.wat", Trap);
        using IHost service = await _test.StartAsync(faf =>
            faf.AddEndpoint("client")
                .AddComponent("often", "trap.wat", c => c.Restart.Max = 100)
                .AddComponent("ends", "trap.wat", c => c.Restart.Max = 0)
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(service)).Status);

        client.Send("often", [1]);
        client.Send("often", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        HealthReportEntry entry = await CheckAsync(service);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(2L, Assert.IsType<Dictionary<string, long>>(entry.Data["restarts"])["often"]);

        // Beyond the window they count no more.
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(service)).Status);

        client.Send("ends", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        entry = await CheckAsync(service);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal(["ends"], Assert.IsType<string[]>(entry.Data["stopped"]));

        await service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(service)).Status);
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost service)
    {
        HealthReport report = await service
            .Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(TestContext.Current.CancellationToken);
        return report.Entries["fire-and-forget"];
    }
}
