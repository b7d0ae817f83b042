using System.Buffers.Binary;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>A guest that does the steps of its messages, with an endpoint that sends to it and hears what it reports.</summary>
internal abstract class StepRun : IAsyncDisposable
{
    /// <summary>How many bytes of a report are registers.</summary>
    protected const int RegisterBytes = 16 * sizeof(int);

    private readonly ListLogger _log = new();
    private readonly Inbox _inbox;
    private readonly MessagingEndpoint _client;

    protected StepRun(string wat, int workers, TimeSpan? budget, TimeProvider? time = null)
    {
        Host = new(workers, time, logger: _log);
        _client = Host.AddInbox("client", out _inbox);
        Host.AddText(
            "guest",
            wat,
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
    public IReadOnlyList<int[]> Reports => [.. Received.Select(Registers)];

    /// <summary>What it sent.</summary>
    protected IEnumerable<byte[]> Received => _inbox.Received.Select(received => received.Bytes);

    public void Send(StepList steps) => Assert.Equal(SendStatus.Accepted, _client.Send("guest", steps.Message));

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static int[] Registers(byte[] report)
    {
        int[] registers = new int[RegisterBytes / sizeof(int)];
        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = BinaryPrimitives.ReadInt32LittleEndian(report.AsSpan(i * sizeof(int)));
        }

        return registers;
    }
}
