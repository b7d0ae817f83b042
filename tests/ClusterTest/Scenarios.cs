using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FireAndForget.Orleans;

namespace FireAndForget.Tests.ClusterTest;

/// <summary>What is done to clusters.</summary>
internal sealed class Scenarios(RedisServer redis, Checks checks)
{
    private static readonly string Echo = Path.Combine(AppContext.BaseDirectory, "echo-handler.wasm");

    private int _clusters;

    /// <summary>A component moves round three silos while all of them send to it, its silo is stopped, and then all of them, and start anew.</summary>
    public async Task MoveDrainRestartAsync()
    {
        using ProcessCluster cluster = await StartAsync();
        string version = await cluster[0].DoAsync($"store {Echo}");
        await cluster[0].DoAsync($"deploy echo {version} silo-0 AtMostOnce");
        await cluster.SendFromAllAsync("echo");
        Stopwatch moves = Stopwatch.StartNew();
        for (int i = 1; i <= 6; i++)
        {
            await cluster.UntilMoreCameBackAsync(0, 1, 2);
            await cluster[0].DoAsync($"move echo silo-{i % 3}");
        }

        moves.Stop();
        await cluster[0].DoAsync("move echo silo-2");
        // Its sender's numbers would go with it, so that one stops first.
        long sentThere = long.Parse(await cluster[2].DoAsync("stop client-2"));
        await cluster.UntilAsync(() => Task.FromResult(cluster.Got(2) == sentThere));
        await cluster[2].StopAsync();
        await cluster.UntilMoreCameBackAsync(0, 1);
        long[] sent = [await cluster.StopAsync(0), await cluster.StopAsync(1), sentThere];
        await cluster.UntilAsync(() => Task.FromResult(Enumerable.Range(0, 3).All(i => cluster.Got(i) == sent[i])));
        for (int i = 0; i < 3; i++)
        {
            checks.That(
                $"each message of client-{i} came back once and in order, over 7 moves and a stop",
                cluster.Got(i) == sent[i] && cluster.OutOfOrder(i) == 0 && sent[i] > 0,
                $"{sent[i]} sent, {cluster.Got(i)} came back, {cluster.OutOfOrder(i)} out of order"
            );
        }

        HostStatistics sum = await cluster.SettledAsync(0);
        checks.That("the counts of the silos that live add up", IsBalanced(sum) && sum.Lost == 0, sum.ToString());
        string host = await cluster[0].DoAsync("host echo");
        checks.That("the component left the silo that was stopped", host != "-" && sum.Undeliverable == 0, host);

        await Task.WhenAll(cluster[0].StopAsync(), cluster[1].StopAsync());
        await cluster.StartAgainAsync(0);
        await cluster.StartAgainAsync(1);
        await cluster.UntilAsync(async () => await cluster[1].DoAsync("host echo") != "-");
        await cluster[1].DoAsync("endpoint client-9 900");
        await cluster[1].DoAsync("send client-9 echo 905");
        await cluster.UntilAsync(() => Task.FromResult(cluster.Counters[900] > 100));
        await cluster[1].DoAsync("stop client-9");
        checks.That("after all silos were stopped and started the component is there", true);
    }

    /// <summary>The silo of an endpoint and of a component is killed, then another one, until one is left.</summary>
    public async Task KillAsync()
    {
        using ProcessCluster cluster = await StartAsync();
        string version = await cluster[0].DoAsync($"store {Echo}");
        await cluster[0].DoAsync($"deploy echo {version} silo-2 AtMostOnce");
        await cluster[0].DoAsync($"deploy sure {version} silo-2 AtLeastOnce");
        await cluster[2].DoAsync("endpoint receiver 100");
        await cluster[0].DoAsync("endpoint client-0 0");
        await cluster[0].DoAsync("endpoint client-1 5");
        await cluster[0].DoAsync("endpoint client-2 10");
        await cluster[0].DoAsync("send client-0 echo 200");
        await cluster[0].DoAsync("send client-1 sure 201");
        await cluster[0].DoAsync("send client-2 receiver 202");
        await cluster.UntilAsync(() =>
            Task.FromResult(((int[])[0, 5, 100]).All(slot => cluster.Counters[slot] > 1000))
        );
        cluster[2].Kill();
        Stopwatch watch = Stopwatch.StartNew();
        long before = cluster.Counters[0];
        await cluster.UntilAsync(async () => (await cluster[0].StatusAsync()).Length == 2);
        TimeSpan noticed = watch.Elapsed;
        await cluster.UntilAsync(() => Task.FromResult(cluster.Counters[0] > before + 500));
        TimeSpan flows = watch.Elapsed;
        long toEcho = await cluster.StopAsync(0, "client-0");
        long toSure = await cluster.StopAsync(0, "client-1");
        long toReceiver = await cluster.StopAsync(0, "client-2");
        HostStatistics sum = await cluster.SettledAsync(0);
        ClusterHostStatus first = (await cluster[0].StatusAsync()).Single(status => status.Name == "silo-0");
        long really = cluster.Counters[100];
        checks.That(
            "the death was noticed, and messages flow again",
            true,
            $"noticed after {noticed.TotalSeconds:0.00} s, messages come back after {flows.TotalSeconds:0.00} s, with probes of 1 s"
        );
        checks.That("the counts of the silos that live add up", IsBalanced(sum), sum.ToString());
        // What silo-0 sent: the three clients' messages, and the answers where echo and sure came up there.
        checks.That(
            "every message that was accepted is counted",
            first.Statistics.Accepted >= toEcho + toSure + toReceiver,
            $"{toEcho} + {toSure} + {toReceiver} sent by clients"
        );
        checks.That(
            "of each message to the endpoint that died it is known that it was handled, or that this is not known",
            really <= toReceiver && toReceiver - really <= sum.Lost + sum.Undeliverable,
            $"{toReceiver} accepted, {really} really handled, {sum.Lost} lost and {sum.Undeliverable} undeliverable in all"
        );
        checks.That(
            "at least once: each message came to the component, some twice, and few answers died with the silo",
            cluster.Counters[5] >= toSure - 4096,
            $"{toSure} sent, {cluster.Counters[5]} came back"
        );

        cluster[1].Kill();
        await cluster.UntilAsync(async () => (await cluster[0].StatusAsync()).Length == 1);
        await cluster.UntilAsync(async () =>
            (await cluster[0].StatusAsync())[0].Components.Order().SequenceEqual(["echo", "sure"])
        );
        before = cluster.Counters[0];
        await cluster[0].DoAsync("send client-0 echo 200");
        await cluster.UntilAsync(() => Task.FromResult(cluster.Counters[0] > before + 100));
        await cluster.StopAsync(0, "client-0");
        sum = await cluster.SettledAsync(0);
        checks.That("the last silo has both components, and its counts add up", IsBalanced(sum), sum.ToString());
    }

    /// <summary>A silo is stopped by SIGSTOP until the others declare it dead, and wakes.</summary>
    public async Task FreezeAsync()
    {
        using ProcessCluster cluster = await StartAsync();
        string version = await cluster[0].DoAsync($"store {Echo}");
        await cluster[0].DoAsync($"deploy echo {version} silo-2 AtMostOnce");
        await cluster.SendFromAllAsync("echo");
        await cluster.UntilMoreCameBackAsync(0, 1, 2);
        cluster[2].Signal("STOP");
        await cluster.UntilAsync(async () =>
            (await cluster[0].StatusAsync()).Length == 2
            && (await cluster[0].DoAsync("host echo")) is { } host
            && host != "-"
        );
        await cluster.UntilMoreCameBackAsync(0, 1);
        long frozen = cluster.Counters[5 * 2];
        cluster[2].Signal("CONT");
        await cluster.UntilAsync(() => Task.FromResult(cluster[2].HasExited));
        checks.That(
            "the frozen silo ends when it wakes",
            cluster[2].HasExited,
            $"its endpoint had {frozen} messages, and {cluster.Counters[10]} at the end"
        );
        long[] sent = [await cluster.StopAsync(0), await cluster.StopAsync(1)];
        HostStatistics sum = await cluster.SettledAsync(0);
        checks.That("the counts of the silos that live add up", IsBalanced(sum), sum.ToString());
        for (int i = 0; i < 2; i++)
        {
            long missing = sent[i] - cluster.Got(i);
            checks.That(
                $"what client-{i} misses of its answers was lost, and nothing came twice or out of order",
                missing >= 0 && missing <= sum.Lost + sum.Undeliverable + 8192 && cluster.OutOfOrder(i) == 0,
                $"{sent[i]} sent, {cluster.Got(i)} came back, {cluster.OutOfOrder(i)} out of order"
            );
        }
    }

    /// <summary>Silos of the version of the protocol before are replaced by those of this one, one by one, while all of them send.</summary>
    /// <param name="older">The program of another build.</param>
    public async Task UpgradeAsync(string older)
    {
        using ProcessCluster cluster = new(redis, $"test-{Environment.ProcessId}-{_clusters++}") { Program = older };
        await cluster.StartAsync(3);
        string version = await cluster[0].DoAsync($"store {Echo}");
        await cluster[0].DoAsync($"deploy echo {version} silo-2 AtMostOnce");
        await cluster.SendFromAllAsync("echo");
        long[] sent = new long[6];
        string publishedBetween = "";
        for (int i = 0; i < 3; i++)
        {
            // Its sender's numbers would go with it, so that one stops first.
            sent[i] = await cluster.StopAsync(i);
            await cluster.UntilAsync(() => Task.FromResult(cluster.Got(i) == sent[i]));
            await cluster[i].StopAsync();
            await cluster.StartAgainAsync(i, program: null);
            await cluster[i].DoAsync($"endpoint client-{3 + i} {5 * (3 + i)}");
            await cluster[i].DoAsync($"subscriber subscriber-{i} {100 + (5 * i)} news");
            await cluster[i].DoAsync($"send client-{3 + i} echo {203 + i}");
            await cluster.UntilAsync(() => Task.FromResult(cluster.Got(3 + i) > 200));
            publishedBetween += await cluster[i].DoAsync($"publish client-{3 + i} news");
        }

        for (int i = 3; i < 6; i++)
        {
            sent[i] = await cluster.StopAsync(i - 3, $"client-{i}");
        }

        HostStatistics sum = await cluster.SettledAsync(0);
        for (int i = 0; i < 6; i++)
        {
            checks.That(
                $"each message of client-{i}, on a silo of the {(i < 3 ? "older" : "newer")} version, came back once and in order",
                cluster.Got(i) == sent[i] && cluster.OutOfOrder(i) == 0 && sent[i] > 0,
                $"{sent[i]} sent, {cluster.Got(i)} came back, {cluster.OutOfOrder(i)} out of order"
            );
        }

        long published = Enumerable.Range(0, 3).Sum(i => cluster.Counters[100 + (5 * i)]);
        checks.That(
            "what was published reached the subscribers of all silos that were upgraded by then",
            publishedBetween == "123" && published == 6,
            $"{publishedBetween} accepted, {published} came"
        );
        checks.That(
            "the counts add up, and nothing was lost",
            IsBalanced(sum) && sum.Lost + sum.Undeliverable == 0,
            sum.ToString()
        );
    }

    /// <summary>Silos that speak TLS, with a certificate of this run.</summary>
    public async Task EncryptAsync()
    {
        string file = Path.Combine(Path.GetTempPath(), $"test-{Environment.ProcessId}.pfx");
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=silo", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12));
        try
        {
            using ProcessCluster cluster = new(redis, $"test-{Environment.ProcessId}-{_clusters++}")
            {
                Certificate = file,
            };
            await cluster.StartAsync(2);
            string version = await cluster[0].DoAsync($"store {Echo}");
            await cluster[0].DoAsync($"deploy echo {version} silo-1 AtMostOnce");
            await cluster[0].DoAsync("endpoint client-0 0");
            await cluster[0].DoAsync("send client-0 echo 200");
            await cluster.UntilAsync(() => Task.FromResult(cluster.Got(0) > 500));
            long sent = await cluster.StopAsync(0);
            await cluster.UntilAsync(() => Task.FromResult(cluster.Got(0) == sent));
            checks.That(
                "messages cross between silos that speak TLS",
                true,
                $"{sent} sent, {cluster.Got(0)} came back"
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A cluster lives for a time under load, and every 20 s a silo is killed and another one started.</summary>
    public async Task SoakAsync(TimeSpan duration)
    {
        using ProcessCluster cluster = await StartAsync();
        string version = await cluster[0].DoAsync($"store {Echo}");
        for (int i = 0; i < 6; i++)
        {
            await cluster[0].DoAsync($"deploy echo-{i} {version} - {(i % 2 == 0 ? "AtMostOnce" : "AtLeastOnce")}");
            await cluster[0].DoAsync($"endpoint client-{i} {5 * i}");
            await cluster[0].DoAsync($"send client-{i} echo-{i} {200 + i}");
        }

        Stopwatch watch = Stopwatch.StartNew();
        int kills = 0;
        while (watch.Elapsed < duration)
        {
            await Task.Delay(TimeSpan.FromSeconds(20));
            int victim = 1 + (kills++ % 2);
            cluster[victim].Kill();
            await cluster.StartAgainAsync(victim);
            Console.WriteLine(
                $"  {watch.Elapsed.TotalSeconds:0} s, {kills} kills: {(await cluster[0].StatusAsync()).Single(s => s.Name == "silo-0").Statistics}"
            );
        }

        long sent = 0;
        for (int i = 0; i < 6; i++)
        {
            sent += await cluster.StopAsync(0, $"client-{i}");
        }

        await Task.Delay(3000);
        HostStatistics sum = await cluster.SettledAsync(0);
        checks.That(
            $"after {kills} kills the counts of the silos that live add up",
            IsBalanced(sum) && sent > 0,
            $"{sent} sent by clients; {sum.Accepted} accepted = {sum.Handled} handled + {sum.Rejected} rejected + {sum.Undeliverable} undeliverable + {sum.Lost} lost"
        );
        HostStatistics first = (await cluster[0].StatusAsync()).Single(s => s.Name == "silo-0").Statistics;
        checks.That(
            "of the clients' messages each has its outcome",
            first.Accepted >= sent && IsBalanced(first),
            first.ToString()
        );
    }

    private static bool IsBalanced(HostStatistics sum) =>
        sum.Queued + sum.InFlight == 0
        && sum.Accepted
            == sum.Handled + sum.Rejected + sum.Trapped + sum.TimedOut + sum.Evicted + sum.Undeliverable + sum.Lost;

    private async Task<ProcessCluster> StartAsync()
    {
        ProcessCluster cluster = new(redis, $"test-{Environment.ProcessId}-{_clusters++}");
        await cluster.StartAsync(3);
        return cluster;
    }
}
