// Orleans: calls of a grain on the other silo, awaited or one-way.

using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace FireAndForget.Cluster.Sides;

internal sealed class OrleansSide(string[] silo) : Side
{
    /// <summary>How many awaited calls are under way at once.</summary>
    private const int AtATime = 64;

    private readonly IHost _host = Silos.Build(silo, isMessaging: false);

    public override async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    protected override Task StartAsync() => _host.StartAsync();

    protected override async Task ConnectAsync(string name, string address)
    {
        SiloAddress there = await Silos.FindAsync(_host.Services, name);
        ITallyGrain grain = await Silos.GrainOnAsync(_host.Services, there);
        Ways["awaited"] = (message, count) => CallAsync(grain, message, count);
        Ways["one-way"] = (message, count) => CallOneWayAsync(grain, message, count);
        Asks["call"] = grain.EchoAsync;
    }

    private static async ValueTask CallAsync(ITallyGrain grain, byte[] message, int count)
    {
        int left = count;
        await Task.WhenAll(
            Enumerable
                .Range(0, AtATime)
                .Select(async _ =>
                {
                    while (Interlocked.Decrement(ref left) >= 0)
                    {
                        await grain.TakeAsync(message);
                    }
                })
        );
    }

    private static async ValueTask CallOneWayAsync(ITallyGrain grain, byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await grain.TakeOneWayAsync(message);
        }
    }
}
