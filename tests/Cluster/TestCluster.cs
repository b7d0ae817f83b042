using System.Collections.Concurrent;
using FireAndForget.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Some silos in one process, each with its own host: what a user's tests look like.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly InProcessTestCluster _cluster;

    private TestCluster(InProcessTestCluster cluster) => _cluster = cluster;

    /// <summary>Starts silos that notice a death within about a second.</summary>
    public static async Task<TestCluster> StartAsync(
        short silos,
        Action<FireAndForgetClusterOptions>? configure = null,
        IGrainStorage? storage = null
    )
    {
        InProcessTestClusterBuilder builder = new(silos);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Configure<ClusterMembershipOptions>(options =>
                {
                    options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                    options.TableRefreshTimeout = TimeSpan.FromSeconds(1);
                    options.NumMissedProbesLimit = 2;
                    options.NumVotesForDeathDeclaration = 1;
                });
                if (storage is not null)
                {
                    silo.Services.AddKeyedSingleton(FireAndForgetClusterOptions.StorageName, storage);
                }

                silo.AddFireAndForget(options =>
                {
                    options.Host = new() { Workers = 1, CompileCache = null };
                    options.DrainTimeout = TimeSpan.Zero;
                    configure?.Invoke(options);
                });
            }
        );
        TestCluster cluster = new(builder.Build());
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    public int Count => _cluster.Silos.Count;

    public IMessagingCluster this[int silo] =>
        _cluster.GetSiloServiceProvider(_cluster.Silos[silo].SiloAddress).GetRequiredService<IMessagingCluster>();

    /// <summary>The silo's part of this package, whose insides some tests look at.</summary>
    public ClusterNode NodeOf(int silo) => (ClusterNode)this[silo];

    /// <summary>What a silo calls another one by, for tests that call what no silo does.</summary>
    public ILinkService ServiceOf(int silo, int calledFrom) =>
        _cluster
            .GetSiloServiceProvider(_cluster.Silos[calledFrom].SiloAddress)
            .GetRequiredService<LinkServiceClient>()
            .At(_cluster.Silos[silo].SiloAddress);

    public string NameOf(int silo) => _cluster.Silos[silo].Name;

    public Task KillAsync(int silo) => _cluster.KillSiloAsync(_cluster.Silos[silo]);

    public Task StopAsync(int silo) => _cluster.StopSiloAsync(_cluster.Silos[silo]);

    public async Task AddAsync() => await _cluster.StartAdditionalSiloAsync();

    /// <summary>A guest of fixtures.</summary>
    public static byte[] Guest(string name) =>
        Wasmtime.Module.ConvertText(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{name}.wat"))
        );

    /// <summary>Waits until something is so, and fails where it does not come to be.</summary>
    public static async Task UntilAsync(Func<bool> isSo, Func<string>? describe = null)
    {
        using CancellationTokenSource time = new(Patience);
        while (!isSo())
        {
            Assert.False(time.IsCancellationRequested, describe?.Invoke() ?? "it did not come to be");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The counts of all silos, at rest.</summary>
    public async Task<HostStatistics> SettledAsync(params int[] except)
    {
        IMessagingCluster asked = this[Enumerable.Range(0, Count).First(i => !except.Contains(i))];
        HostStatistics sum = new();
        using CancellationTokenSource time = new(Patience);
        do
        {
            Assert.False(time.IsCancellationRequested, sum.ToString());
            await Task.Delay(10, TestContext.Current.CancellationToken);
            sum = (await asked.GetStatusAsync())
                .Select(status => status.Statistics)
                .Aggregate(
                    new HostStatistics(),
                    (all, one) =>
                        new() { Refused = all.Refused + one.Refused, Messages = all.Messages.Plus(one.Messages) }
                );
        } while (sum.Queued + sum.InFlight != 0);

        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}

/// <summary>A grain storage that outlives the silos of a test.</summary>
internal sealed class TestStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), object> _states = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = _states.TryGetValue((stateName, grainId), out object? found);
        if (grainState.RecordExists)
        {
            grainState.State = (T)found!;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states[(stateName, grainId)] = grainState.State!;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        return Task.CompletedTask;
    }
}
