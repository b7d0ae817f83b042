using System.Net;
using FireAndForget.Orleans;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace FireAndForget.Cluster;

/// <summary>The two silos of the measurement, both on this machine.</summary>
internal static class Silos
{
    private const int SiloPort = 11_711;
    private const int GatewayPort = 30_711;

    public static IHost Build(string name, int number)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
            silo.UseLocalhostClustering(
                    SiloPort + number,
                    GatewayPort + number,
                    new IPEndPoint(IPAddress.Loopback, SiloPort)
                )
                .Configure<SiloOptions>(options => options.SiloName = name)
                .AddFireAndForget(options => options.Host = new() { Workers = 1, CompileCache = null })
        );
        return builder.Build();
    }
}
