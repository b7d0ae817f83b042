using System.Globalization;
using System.Net;
using FireAndForget.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace FireAndForget.Cluster.Sides;

/// <summary>Silos of the measurement, all on this machine: the first one keeps the membership, so it is none that is killed.</summary>
internal static class Silos
{
    /// <summary>The word for Orleans' own settings of how silos probe each other.</summary>
    public const string DefaultProbes = "-";

    /// <summary>A silo as it is told on the command line.</summary>
    /// <param name="words">Its name, its two ports, the port of the first silo, and after how many seconds a probe has failed.</param>
    /// <param name="isMessaging">Whether it has FireAndForget, or is a silo of Orleans and nothing else.</param>
    public static IHost Build(string[] words, bool isMessaging)
    {
        if (words is not [string name, string port, string gateway, string first, string probes])
        {
            throw new ArgumentException(
                $"'{string.Join(' ', words)}' is no silo: NAME PORT GATEWAY-PORT FIRST-PORT PROBES."
            );
        }

        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(
                    Number(port),
                    Number(gateway),
                    new IPEndPoint(IPAddress.Loopback, Number(first))
                )
                .Configure<SiloOptions>(options => options.SiloName = name);
            if (probes != DefaultProbes)
            {
                silo.Configure<ClusterMembershipOptions>(options =>
                {
                    options.ProbeTimeout = TimeSpan.FromSeconds(Number(probes));
                    options.NumMissedProbesLimit = 2;
                    options.NumVotesForDeathDeclaration = 1;
                });
            }

            if (isMessaging)
            {
                silo.AddFireAndForget(options => options.Host = new() { Workers = 1, CompileCache = null });
            }
        });
        return builder.Build();
    }

    /// <summary>Waits until a silo is one of the cluster.</summary>
    /// <exception cref="TimeoutException">It does not come.</exception>
    public static async Task<SiloAddress> FindAsync(IServiceProvider services, string name)
    {
        using CancellationTokenSource time = new(TimeSpan.FromSeconds(60));
        try
        {
            await foreach (
                ClusterMembershipSnapshot snapshot in services
                    .GetRequiredService<IClusterMembershipService>()
                    .MembershipUpdates.WithCancellation(time.Token)
            )
            {
                ClusterMember? member = snapshot.Members.Values.FirstOrDefault(m =>
                    m.Name == name && m.Status == SiloStatus.Active
                );
                if (member is not null)
                {
                    return member.SiloAddress;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        throw new TimeoutException($"The silo {name} did not become active within a minute.");
    }

    /// <summary>The grain that is called, which comes up on a silo.</summary>
    public static async Task<ITallyGrain> GrainOnAsync(IServiceProvider services, SiloAddress silo)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        ITallyGrain grain = services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>(0);
        await grain.EchoAsync([]);
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        return grain;
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
