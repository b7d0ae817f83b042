using System.Diagnostics;
using FireAndForget.Orleans;

namespace FireAndForget.Tests.ClusterTest;

/// <summary>A cluster of processes.</summary>
internal sealed class ProcessCluster : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RedisServer _redis;
    private readonly string _id;
    private readonly List<SiloHandle> _silos = [];
    private readonly List<SiloHandle> _gone = [];

    public ProcessCluster(RedisServer redis, string id)
    {
        _redis = redis;
        _id = id;
        Counters = new(Path.Combine(Path.GetTempPath(), $"{id}.counters"));
    }

    public Counters Counters { get; }

    /// <summary>The file with the certificate of silos that speak TLS; "-": they do not.</summary>
    public string Certificate { get; init; } = "-";

    /// <summary>What the silos are at first; null: this program.</summary>
    public string? Program { get; init; }

    public SiloHandle this[int silo] => _silos[silo];

    public async Task StartAsync(int silos)
    {
        _silos.AddRange(await Task.WhenAll(Enumerable.Range(0, silos).Select(i => StartSiloAsync(i, Program))));
        await UntilAsync(async () => (await _silos[0].StatusAsync()).Count(s => s.State == "Active") == silos);
    }

    public Task StartAgainAsync(int silo) => StartAgainAsync(silo, Program);

    public async Task StartAgainAsync(int silo, string? program)
    {
        _gone.Add(_silos[silo]);
        _silos[silo] = await StartSiloAsync(silo, program);
    }

    private Task<SiloHandle> StartSiloAsync(int silo, string? program) =>
        SiloHandle.StartAsync($"silo-{silo}", _redis.Connection, _id, Counters, Certificate, program);

    /// <summary>Each silo's client sends to an id, and counts what it gets.</summary>
    public async Task SendFromAllAsync(string target)
    {
        for (int i = 0; i < _silos.Count; i++)
        {
            await _silos[i].DoAsync($"endpoint client-{i} {5 * i}");
        }

        for (int i = 0; i < _silos.Count; i++)
        {
            await _silos[i].DoAsync($"send client-{i} {target} {200 + i}");
        }
    }

    public async Task<long> StopAsync(int silo, string? client = null) =>
        long.Parse(await _silos[silo].DoAsync($"stop {client ?? $"client-{silo}"}"));

    public long Got(int client) => Counters[5 * client];

    public long OutOfOrder(int client) => Counters[(5 * client) + 1];

    /// <summary>Waits until each of some clients got more answers than it has now.</summary>
    public Task UntilMoreCameBackAsync(params int[] clients)
    {
        long[] before = [.. clients.Select(Got)];
        return UntilAsync(() =>
            Task.FromResult(clients.Zip(before).All(client => Got(client.First) > client.Second + 100))
        );
    }

    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (watch.Elapsed > Patience)
            {
                string status = string.Join(
                    "; ",
                    (await _silos[0].StatusAsync()).Select(s => $"{s.Name} {s.State} {s.Statistics}")
                );
                throw new TimeoutException($"it did not come to be within {Patience}: {status}");
            }

            await Task.Delay(20);
        }
    }

    public async Task<HostStatistics> SettledAsync(int silo)
    {
        HostStatistics sum = new();
        await UntilAsync(async () =>
        {
            sum = (await _silos[silo].StatusAsync())
                .Select(status => status.Statistics)
                .Aggregate(
                    new HostStatistics(),
                    (all, one) =>
                        new() { Refused = all.Refused + one.Refused, Messages = all.Messages.Plus(one.Messages) }
                );
            return sum.Queued + sum.InFlight == 0;
        });
        return sum;
    }

    public void Dispose()
    {
        // One that did not start again is in both.
        foreach (SiloHandle silo in _silos.Union(_gone))
        {
            silo.Dispose();
        }

        Counters.Dispose();
        File.Delete(Counters.Path);
    }
}
