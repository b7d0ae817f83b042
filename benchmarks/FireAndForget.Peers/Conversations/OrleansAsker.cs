// Orleans: a call to a grain in the same silo, with an answer. Orleans copies the argument and the answer itself, and gives a call 30 s
// where nothing else is said.

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FireAndForget.Peers.Conversations;

internal sealed class OrleansAsker : TaskAsker
{
    private IHost? _host;
    private IEchoGrain? _grain;

    public override string Name => $"Orleans {PackageVersion.Of(typeof(IGrainFactory))}, grain call";

    public override async Task StartAsync()
    {
        _host = Host.CreateDefaultBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .UseOrleans(silo => silo.UseLocalhostClustering())
            .Build();
        await _host.StartAsync().ConfigureAwait(false);
        _grain = _host.Services.GetRequiredService<IGrainFactory>().GetGrain<IEchoGrain>(0);
    }

    public override async ValueTask DisposeAsync()
    {
        await _host!.StopAsync().ConfigureAwait(false);
        _host.Dispose();
    }

    protected override Task<byte[]> Ask(byte[] message) => _grain!.Echo(message);
}
