using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FireAndForget.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;
using StackExchange.Redis;

namespace FireAndForget.Tests.ClusterTest;

/// <summary>A silo as a process: it does what lines on standard input ask, and answers each with a line.</summary>
internal sealed class SiloProgram
{
    private readonly ConcurrentDictionary<string, MessagingEndpoint> _endpoints = new();
    private readonly ConcurrentDictionary<string, (CancellationTokenSource Stop, Task<long> Sent)> _senders = new();
    private readonly IMessagingCluster _cluster;
    private readonly Counters _counters;

    private SiloProgram(IMessagingCluster cluster, Counters counters)
    {
        _cluster = cluster;
        _counters = counters;
    }

    /// <summary>Runs it until standard input ends, which stops it as a service is stopped.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        string name = arguments[0];
        ConfigurationOptions redis = ConfigurationOptions.Parse(arguments[1]);
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("VERBOSE") is { Length: > 0 })
        {
            builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        }

        builder.UseOrleans(silo =>
            silo.UseRedisClustering(options => options.ConfigurationOptions = redis)
                .AddRedisGrainStorage(
                    FireAndForgetClusterOptions.StorageName,
                    options => options.ConfigurationOptions = redis
                )
                .Configure<ClusterOptions>(options => options.ClusterId = options.ServiceId = arguments[2])
                .Configure<SiloOptions>(options => options.SiloName = name)
                .ConfigureEndpoints(System.Net.IPAddress.Loopback, int.Parse(arguments[3]), int.Parse(arguments[4]))
                .Configure<ClusterMembershipOptions>(options =>
                {
                    options.ProbeTimeout = TimeSpan.FromSeconds(1);
                    options.NumMissedProbesLimit = 2;
                    options.NumVotesForDeathDeclaration = 1;
                    options.TableRefreshTimeout = TimeSpan.FromSeconds(2);
                })
                .AddFireAndForget(options => options.Host = new() { Workers = 1 })
                .UseCertificate(arguments[6])
        );
        using IHost host = builder.Build();
        await host.StartAsync();
        using Counters counters = new(arguments[5]);
        SiloProgram program = new(host.Services.GetRequiredService<IMessagingCluster>(), counters);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            try
            {
                Console.WriteLine($"ok {await program.DoAsync(line.Split(' '))}");
            }
            catch (Exception e)
            {
                Console.WriteLine($"error {e.GetType().Name} {e.Message.ReplaceLineEndings(" ")}");
            }
        }

        await host.StopAsync();
    }

    private async Task<string> DoAsync(string[] words)
    {
        switch (words)
        {
            case ["store", string file]:
                return await _cluster.StoreAsync(await File.ReadAllBytesAsync(file));
            case ["deploy", string id, string version, string silo, string delivery]:
                await _cluster.DeployAsync(
                    id,
                    version,
                    new()
                    {
                        SendsTo = ["*"],
                        Placement = new() { Silo = silo == "-" ? null : silo },
                        Delivery = Enum.Parse<DeliveryGuarantee>(delivery),
                    }
                );
                return "";
            case ["endpoint", string id, string slot]:
                _endpoints[id] = await _cluster.AddEndpointAsync(id, new Counting(_counters, int.Parse(slot)).Handle);
                return "";
            case ["subscriber", string id, string slot, string topic]:
                _endpoints[id] = await _cluster.AddEndpointAsync(
                    id,
                    new Counting(_counters, int.Parse(slot)).Handle,
                    new() { SubscribesTo = [topic] }
                );
                return "";
            case ["publish", string from, string topic]:
                return $"{_endpoints[from].Publish(topic, new byte[16]).Accepted}";
            case ["send", string from, string to, string slot]:
                CancellationTokenSource stop = new();
                _senders[from] = (stop, Task.Run(() => SendAsync(_endpoints[from], to, int.Parse(slot), stop.Token)));
                return "";
            case ["stop", string from]:
                await _senders[from].Stop.CancelAsync();
                return $"{await _senders[from].Sent}";
            case ["move", string id, string silo]:
                await _cluster.MoveAsync(id, silo);
                return "";
            case ["host", string id]:
                return _cluster.FindHost(id)?.ToParsableString() ?? "-";
            case ["status"]:
                return JsonSerializer.Serialize(await _cluster.GetStatusAsync());
            default:
                throw new ArgumentException($"'{string.Join(' ', words)}' is no command.");
        }
    }

    /// <summary>Sends numbered messages at a pace, and writes how many were accepted where others see it.</summary>
    private async Task<long> SendAsync(MessagingEndpoint from, string to, int slot, CancellationToken stop)
    {
        const int Burst = 20;
        byte[] message = new byte[16];
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < Burst; i++)
            {
                BitConverter.TryWriteBytes(message.AsSpan(8), _counters[slot]);
                if (from.Send(to, message) == SendStatus.Accepted)
                {
                    _counters[slot]++;
                }
            }

            await Task.Delay(1, CancellationToken.None);
        }

        return _counters[slot];
    }

    /// <summary>Counts what an endpoint gets, in a slot, and in the next one what came out of its order.</summary>
    private sealed class Counting(Counters counters, int slot)
    {
        private long _last = -1;

        public void Handle(ReceivedMessage message)
        {
            long number = BitConverter.ToInt64(message.Bytes[8..]);
            if (number <= _last)
            {
                counters[slot + 1]++;
            }

            _last = number;
            counters[slot]++;
        }
    }
}

/// <summary>TLS between silos, as docs/cluster.md names it.</summary>
internal static class CertificateExtensions
{
    /// <summary>Has silos speak TLS with a certificate of a file; with none, "-", they do not.</summary>
    public static ISiloBuilder UseCertificate(this ISiloBuilder silo, string file) =>
        file == "-"
            ? silo
            : silo.UseTls(
                X509CertificateLoader.LoadPkcs12FromFile(file, null),
                options =>
                {
                    options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
                    options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
                    // The certificate of this run is its own authority.
                    options.AllowAnyRemoteCertificate();
                    options.OnAuthenticateAsClient = (_, client) => client.TargetHost = "silo";
                }
            );
}
