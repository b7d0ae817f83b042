using System.Collections.Concurrent;
using System.Text.Json;
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
    /// <summary>After this a test that waits has failed. It is no measure of speed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly InProcessTestCluster _cluster;

    /// <summary>What the silos had counted when the present test began, by their names.</summary>
    private readonly Dictionary<string, HostStatistics> _before = [];

    private TestCluster(InProcessTestCluster cluster) => _cluster = cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts silos that notice a death within about a second.</summary>
    public static async Task<TestCluster> StartAsync(
        short silos,
        Action<FireAndForgetClusterOptions>? configure = null,
        IGrainStorage? storage = null,
        Action<ISiloBuilder>? configureSilo = null
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
                configureSilo?.Invoke(silo);
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

    /// <summary>Has a test find these silos as if they were new: nothing is left of the one before, and counts begin at 0.</summary>
    public async Task BeginAsync()
    {
        foreach (ClusterHostStatus status in await this[0].GetStatusAsync())
        {
            foreach (string id in (string[])[.. status.Components, .. status.Endpoints])
            {
                await this[0].RemoveAsync(id);
            }
        }

        await SettledAsync();
        foreach (ClusterHostStatus status in await this[0].GetStatusAsync())
        {
            _before[status.Name] = status.Statistics;
        }
    }

    /// <summary>Deploys a guest of fixtures on a silo.</summary>
    public async Task DeployAsync(string id, string guest, int silo, ComponentOptions? options = null)
    {
        options ??= new();
        options.Placement = new() { Silo = NameOf(silo) };
        await this[0].DeployAsync(id, await this[0].StoreAsync(Guest(guest), Token), options);
        Assert.All(Enumerable.Range(0, Count), i => Assert.Equal(this[silo].Silo, this[i].FindHost(id)));
    }

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
            await Task.Delay(1, Token);
        }
    }

    /// <summary>Waits until few messages of a host wait or are under way, as who sends without end does between its bursts.</summary>
    public static Task UntilFewWaitAsync(MessagingHost host, int few = 100) =>
        UntilAsync(
            () => host.Statistics is { } now && now.Queued + now.InFlight <= few,
            () => host.Statistics.ToString()
        );

    /// <summary>What all silos had counted when the test began.</summary>
    public HostStatistics Before => _before.Values.Aggregate(new HostStatistics(), Sum);

    /// <summary>The counts of what was sent on a silo since the test began.</summary>
    public HostStatistics CountsOf(ClusterHostStatus silo) =>
        _before.TryGetValue(silo.Name, out HostStatistics? before)
            ? Counts.From([.. Counts.Of(silo.Statistics).Zip(Counts.Of(before), (now, then) => now - then)])
            : silo.Statistics;

    /// <summary>The counts of all silos since the test began, at rest.</summary>
    public async Task<HostStatistics> SettledAsync(params int[] except)
    {
        IMessagingCluster asked = this[Enumerable.Range(0, Count).First(i => !except.Contains(i))];
        HostStatistics sum = new();
        using CancellationTokenSource time = new(Patience);
        do
        {
            Assert.False(time.IsCancellationRequested, sum.ToString());
            await Task.Delay(10, Token);
            sum = (await asked.GetStatusAsync()).Select(CountsOf).Aggregate(new HostStatistics(), Sum);
        } while (sum.Queued + sum.InFlight != 0);

        return sum;
    }

    private static HostStatistics Sum(HostStatistics one, HostStatistics other) =>
        new() { Refused = one.Refused + other.Refused, Messages = one.Messages.Plus(other.Messages) };

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}

/// <summary>A grain storage that outlives the silos of a test, and may fail. It keeps what was written, and nothing that changes later.</summary>
internal sealed class TestStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), string> _states = [];

    /// <summary>Whether writing fails from now on.</summary>
    public bool IsFull { get; set; }

    /// <summary>All that is kept, as JSON.</summary>
    public ICollection<string> Kept => _states.Values;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = _states.TryGetValue((stateName, grainId), out string? found);
        if (grainState.RecordExists)
        {
            grainState.State = JsonSerializer.Deserialize<T>(found!)!;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (IsFull)
        {
            throw new IOException("No space is left.");
        }

        _states[(stateName, grainId)] = JsonSerializer.Serialize(grainState.State);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        return Task.CompletedTask;
    }
}
