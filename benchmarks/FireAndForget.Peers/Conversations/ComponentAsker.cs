// FireAndForget: a component that asks another one, both on one worker: with each answer it asks again.

using System.Buffers.Binary;
using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

internal sealed class ComponentAsker : Asker
{
    private const string AskerId = "asker";
    private const string Answerer = "answerer";
    private const string Client = "client";

    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);

    private readonly MessagingHost _host = new(
        new()
        {
            Workers = 1,
            WorkerSpin = TimeSpan.FromMicroseconds(50),
            StopTimeout = TimeSpan.Zero,
        }
    );
    private readonly SemaphoreSlim _ended = new(0);
    private MessagingEndpoint? _client;
    private long _asked;
    private long _started;

    public override string Name => Reporting.Names.RequestComponents;

    public override Task StartAsync()
    {
        _host.AddComponent(Answerer, Guest.Asker);
        _host.AddComponent(AskerId, Guest.Asker, new() { SendsTo = [Answerer, Client] });
        _client = _host.AddEndpoint(Client, _ => _ended.Release());
        return Task.CompletedTask;
    }

    // The messages that start and end it are two for as many requests as a round has, and fall out of the figures. Who waits for the end
    // sleeps, and leaves the worker and its memory alone.
    public override async Task AskAsync(int laps, int open)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Message, laps);
        for (int i = 0; i < open; i++)
        {
            if (_client!.Send(AskerId, Message) != SendStatus.Accepted)
            {
                throw new MeasurementException($"{Name}: a message was refused.");
            }
        }

        _started += open;
        _asked += (long)laps * open;
        for (int i = 0; i < open; i++)
        {
            if (!await _ended.WaitAsync(StuckAfter).ConfigureAwait(false))
            {
                throw new MeasurementException(
                    $"{Name}: after {StuckAfter.TotalSeconds} s some requests have no reply."
                );
            }
        }
    }

    public override ValueTask DisposeAsync()
    {
        HostStatistics statistics = _host.Statistics;
        return
            statistics.Requests == _asked
            && statistics.Handled == (2 * _started) + (2 * _asked)
            && statistics.Refused == 0
            ? _host.DisposeAsync()
            : throw new MeasurementException($"{Name}: {_asked} requests and their replies came to: {statistics}.");
    }
}
