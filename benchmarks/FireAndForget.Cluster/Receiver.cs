using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using NATS.Client.Core;

namespace FireAndForget.Cluster;

/// <summary>The process that receives: a silo, and where there is NATS a subscriber.</summary>
internal static class Receiver
{
    public const string Argument = "receiver";
    public const string Subject = "tally";

    private static long _messages;

    public static void Count() => Interlocked.Increment(ref _messages);

    public static Tally Look()
    {
        using var process = Process.GetCurrentProcess();
        return new(
            Interlocked.Read(ref _messages),
            process.TotalProcessorTime.TotalMilliseconds,
            GC.GetTotalAllocatedBytes()
        );
    }

    /// <summary>Runs until standard input ends.</summary>
    public static async Task RunAsync(string? nats)
    {
        using IHost host = Silos.Build("receiver", 1);
        await host.StartAsync();
        await using NatsConnection? connection = nats is null
            ? null
            : new(
                // It drops what does not fit by default.
                new() { Url = nats, SubPendingChannelFullMode = BoundedChannelFullMode.Wait }
            );
        if (connection is not null)
        {
            _ = Task.Run(async () =>
            {
                await foreach (NatsMsg<byte[]> _ in connection.SubscribeAsync<byte[]>(Subject))
                {
                    Count();
                }
            });
            await connection.PingAsync();
        }

        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is not null) { }
        await host.StopAsync();
    }
}
