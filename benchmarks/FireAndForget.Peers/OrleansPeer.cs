// Orleans: a one-way call to a grain in the same silo; Orleans copies the argument itself.

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Peers;

internal sealed class OrleansPeer : Peer
{
    private IHost? _host;
    private ITallyGrain? _grain;

    public override string Name => $"Orleans {PackageVersion.Of(typeof(IGrainFactory))}, one-way call";

    public override Tally Tally => TallyGrain.Counted;

    public override async Task StartAsync(int payload)
    {
        _host = Host.CreateDefaultBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .UseOrleans(silo => silo.UseLocalhostClustering())
            .Build();
        await _host.StartAsync().ConfigureAwait(false);
        _grain = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>(0);
    }

    public override Task SendAsync(byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Task sent = _grain!.Take(message);
            if (!sent.IsCompletedSuccessfully)
            {
                sent.Wait();
            }
        }

        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _host!.StopAsync().ConfigureAwait(false);
        _host.Dispose();
    }
}
