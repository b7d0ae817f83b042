using FireAndForget.Hosting;
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

    /// <summary>One that is removed and added again is another one: what the first had counts no more.</summary>
    [Fact]
    public async Task Check_AComponentThatWasRemoved_CountsAnew()
    {
        _test.Builder.Services.AddSingleton<TimeProvider>(_time);
        _test.Builder.Services.AddHealthChecks().AddFireAndForget(configure: o => o.Restarts = 2);
        _test.Write("trap.wat", Trap);
        using IHost service = await _test.StartAsync(faf =>
            faf.AddEndpoint("client").AddComponent("often", "trap.wat", c => c.Restart.Max = 100)
        );
        MessagingHost host = service.Services.GetRequiredService<MessagingHost>();
        MessagingEndpoint client = service.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
        client.Send("often", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(service)).Status);

        // From here on the first one's restart is what further ones are counted from.
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(service)).Status);

        host.Remove("often");
        Assert.Equal(0, (await CheckAsync(service)).Data["components"]);
        host.AddComponent("often", ComponentSource.FromText(Trap), new() { Restart = new() { Max = 100 } });
        client.Send("often", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(service)).Status);

        client.Send("often", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(service)).Status);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>It was taken, and the second check threw.</summary>
    [Fact]
    public void RestartWindow_LongerThanAnyClock_IsRefused()
    {
        FireAndForgetHealthOptions options = new();

        ArgumentOutOfRangeException e = Assert.Throws<ArgumentOutOfRangeException>(() =>
            options.RestartWindow = TimeSpan.MaxValue
        );

        Assert.Contains("at most 365.00:00:00 (365 days)", e.Message, StringComparison.Ordinal);
        options.RestartWindow = TimeSpan.FromDays(365);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.RestartWindow = TimeSpan.Zero);
    }

    /// <summary>A count was kept for each check of the window, however many came.</summary>
    [Fact]
    public void History_ThousandsOfLooks_KeepsFewCountsAndCountsRight()
    {
        TimeSpan window = TimeSpan.FromMinutes(1);
        RestartHistory history = new();
        DateTimeOffset now = _time.GetUtcNow();
        long restarts = 0;
        for (int i = 0; i < 20_000; i++)
        {
            // One restart in each second, and a hundred looks.
            now += TimeSpan.FromMilliseconds(10);
            restarts += i % 100 == 0 ? 1 : 0;
            long within = history.Add(now, restarts, window);
            Assert.InRange(within, Math.Min(restarts, 59), Math.Min(restarts, 61));
        }

        Assert.InRange(history.Count, 1, 61);
        Assert.Equal(0, history.Add(now + window, restarts, window));
    }

    /// <summary>Requests may come before everything is loaded; and a check has the name, tags and status that it was given.</summary>
    [Fact]
    public async Task Check_BeforeTheStart_HasTheStatusOfFailures()
    {
        _test
            .Builder.Services.AddHealthChecks()
            .AddFireAndForget("guests", failureStatus: HealthStatus.Degraded, tags: ["ready"]);
        _test.Builder.Services.AddFireAndForget(faf => faf.AddEndpoint("client"));
        using IHost service = _test.Builder.Build();

        HealthReportEntry before = await CheckAsync(service, "guests");
        Assert.Equal(HealthStatus.Degraded, before.Status);
        Assert.Contains("not loaded", before.Description, StringComparison.Ordinal);
        Assert.Equal(["ready"], before.Tags);

        await service.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(service, "guests")).Status);
        await service.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost service, string name = "fire-and-forget")
    {
        HealthReport report = await service
            .Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(TestContext.Current.CancellationToken);
        return report.Entries[name];
    }
}
