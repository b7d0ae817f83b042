using System.Buffers.Binary;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>A <see cref="ChannelGuest"/> with an endpoint that sends to it, and hears what it reports.</summary>
internal sealed class ChannelRun : IAsyncDisposable
{
    private readonly ListLogger _log = new();
    private readonly Inbox _inbox;
    private readonly MessagingEndpoint _client;

    public ChannelRun(int workers = 1, string? wat = null, TimeSpan? budget = null, TimeProvider? time = null)
    {
        Host = new(workers, time, logger: _log);
        _client = Host.AddInbox("client", out _inbox);
        Host.AddText(
            "guest",
            wat ?? ChannelGuest.Component,
            new()
            {
                SendsTo = ["client"],
                Limits = new() { MessageTimeout = budget ?? TimeSpan.FromMinutes(1) },
                Restart = new() { Max = 100 },
            }
        );
    }

    public TestHost Host { get; }

    /// <summary>What it wrote, as the host logs it.</summary>
    public IEnumerable<string> Lines => _log.Of(400).Select(line => line.Text);

    /// <summary>The registers that it sent, each time that it did.</summary>
    public IReadOnlyList<int[]> Reports => [.. _inbox.Received.Select(received => Registers(received.Bytes))];

    /// <summary>The text in the data that it sent, up to the first zero, each time that it did.</summary>
    public IReadOnlyList<string> Texts => [.. _inbox.Received.Select(received => Text(received.Bytes))];

    public void Send(ChannelGuest.Steps steps) =>
        Assert.Equal(SendStatus.Accepted, _client.Send("guest", steps.Message));

    /// <summary>Sends steps behind which it returns and reports, and gives the registers.</summary>
    public async Task<int[]> RunAsync(ChannelGuest.Steps steps)
    {
        Send(steps.Return().Report());
        await Host.SettleAsync();
        Assert.Equal([], Host.DeadLetters.Select(letter => letter.Reason));
        return Reports[^1];
    }

    /// <summary>Sends steps that trap, and says why; the guest has to handle the next message.</summary>
    public async Task<string> TrapAsync(ChannelGuest.Steps steps)
    {
        Send(steps);
        Send(new ChannelGuest.Steps().Return());
        HostStatistics statistics = await Host.SettleAsync();
        Assert.Equal((1, 1), (statistics.Trapped, statistics.Handled));
        return Assert.Single(Host.DeadLetters).Reason;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static int[] Registers(byte[] report)
    {
        int[] registers = new int[16];
        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = BinaryPrimitives.ReadInt32LittleEndian(report.AsSpan(i * sizeof(int)));
        }

        return registers;
    }

    private static string Text(byte[] report)
    {
        ReadOnlySpan<byte> data = report.AsSpan(16 * sizeof(int));
        return System.Text.Encoding.Latin1.GetString(data[..data.IndexOf((byte)0)]);
    }
}
