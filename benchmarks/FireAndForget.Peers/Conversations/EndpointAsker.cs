// FireAndForget: an endpoint that asks a component, on one thread, or across two with a worker that spins as long as that of the peers.

using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

internal sealed class EndpointAsker(bool twoThreads) : Asker
{
    private const string Answerer = "answerer";

    private readonly MessagingHost _host = new(
        new()
        {
            Workers = twoThreads ? 1 : 0,
            WorkerSpin = TimeSpan.FromMicroseconds(50),
            StopTimeout = TimeSpan.Zero,
        }
    );
    private readonly ValueTask<Reply>[] _replies = new ValueTask<Reply>[MostOpen];
    private readonly Memory<byte>[] _answers =
    [
        .. Enumerable.Range(0, MostOpen).Select(_ => new Memory<byte>(new byte[MessageBytes])),
    ];
    private MessagingEndpoint? _client;
    private long _asked;

    public override string Name => twoThreads ? Reporting.Names.RequestTwoThreads : Reporting.Names.RequestOneThread;

    public override Task StartAsync()
    {
        _host.AddComponent(Answerer, Guest.Asker);
        _client = _host.AddEndpoint("client");
        return Task.CompletedTask;
    }

    public override Task AskAsync(int laps, int open) =>
        twoThreads ? AskAndAwaitAsync(laps, open) : AskAndPump(laps, open);

    public override ValueTask DisposeAsync()
    {
        HostStatistics statistics = _host.Statistics;
        return statistics.Requests == _asked && statistics.Handled == 2 * _asked && statistics.Refused == 0
            ? _host.DisposeAsync()
            : throw new MeasurementException($"{Name}: {_asked} requests and their replies came to: {statistics}.");
    }

    private Task AskAndPump(int laps, int open)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            Ask(open);
            _host.Pump();
            for (int i = 0; i < open; i++)
            {
                // It has ended; where it had not, this would throw.
                Check(_replies[i].GetAwaiter().GetResult());
            }
        }

        return Task.CompletedTask;
    }

    private async Task AskAndAwaitAsync(int laps, int open)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            Ask(open);
            for (int i = 0; i < open; i++)
            {
                Check(await _replies[i].ConfigureAwait(false));
            }
        }
    }

    private void Ask(int open)
    {
        for (int i = 0; i < open; i++)
        {
            Keep(i, _client!.RequestAsync(Answerer, Message, _answers[i], Timeout));
        }

        _asked += open;
    }

    /// <summary>Keeps a reply until it is awaited, once.</summary>
    private void Keep(int place, ValueTask<Reply> reply) => _replies[place] = reply;

    private void Check(Reply reply)
    {
        if (!reply.IsHandled)
        {
            throw new MeasurementException($"{Name}: a request was not answered: {reply}.");
        }

        Check(reply.Bytes.Span);
    }
}
