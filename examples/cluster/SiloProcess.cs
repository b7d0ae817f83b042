using System.Diagnostics;
using System.Net;
using FireAndForget.Orleans;
using Orleans.Configuration;

namespace FireAndForget.Example;

/// <summary>One silo of the example: a process with a host, which speaks to faf cluster over HTTP.</summary>
internal static class SiloProcess
{
    private const int SiloPort = 11_110;
    private const int GatewayPort = 30_000;
    private const int WebPort = 5_100;

    /// <summary>Where a silo maps what faf cluster speaks to.</summary>
    public static string UrlOf(int number) => $"http://127.0.0.1:{WebPort + number}";

    /// <summary>Builds a silo; the first one keeps the membership for the others.</summary>
    public static WebApplication Build(int number)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls(UrlOf(number));
        builder.Host.UseOrleans(silo =>
            silo.UseLocalhostClustering(
                    SiloPort + number,
                    GatewayPort + number,
                    number == 1 ? null : new IPEndPoint(IPAddress.Loopback, SiloPort + 1)
                )
                .Configure<SiloOptions>(options => options.SiloName = $"silo-{number}")
                // A silo that does not answer two probes of a second is dead.
                .Configure<ClusterMembershipOptions>(options =>
                {
                    options.ProbeTimeout = TimeSpan.FromSeconds(1);
                    options.NumMissedProbesLimit = 2;
                    options.NumVotesForDeathDeclaration = 1;
                })
                .AddFireAndForget(faf => faf.Host = new() { Workers = 1 })
        );
        WebApplication silo = builder.Build();
        // Behind whatever authorisation its owner wants; here to this machine only.
        silo.MapFireAndForgetCluster("/cluster");
        return silo;
    }

    /// <summary>Starts a silo as a process of its own.</summary>
    public static Process Start(int number)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SiloProcess).Assembly.Location);
        }

        start.ArgumentList.Add($"{number}");
        return Process.Start(start)!;
    }

    /// <summary>Waits until the cluster has so many silos that answer.</summary>
    public static async Task WaitForAsync(this IMessagingCluster cluster, int silos)
    {
        while ((await cluster.GetStatusAsync()).Count(silo => silo.State == "Active") != silos)
        {
            await Task.Delay(100);
        }
    }
}
