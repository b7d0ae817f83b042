// FireAndForget: a publish to components, or a send to each of them, on one thread or with one worker.

using System.Globalization;
using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

internal sealed class HostPublisher(string name, bool isLoop, int workers) : Publisher
{
    private readonly MessagingHost _host = new(
        new()
        {
            Workers = workers,
            WorkerSpin = TimeSpan.FromMicroseconds(50),
            StopTimeout = TimeSpan.Zero,
        }
    );
    private Component[] _subscribers = [];
    private PreparedSender[] _senders = [];
    private MessagingEndpoint? _client;

    public override string Name => name;

    public override bool IsTimedAlone => workers == 0;

    public override ValueTask DisposeAsync()
    {
        HostStatistics statistics = _host.Statistics;
        return statistics.Handled == Published * _subscribers.Length && statistics.Refused == 0
            ? _host.DisposeAsync()
            : throw new MeasurementException(
                $"{name}: {Published} messages to {_subscribers.Length} subscribers came to: {statistics}."
            );
    }

    protected override void Start(int subscribers)
    {
        _client = _host.AddEndpoint("client");
        _subscribers =
        [
            .. Enumerable
                .Range(0, subscribers)
                .Select(i =>
                    _host.AddComponent(
                        string.Create(CultureInfo.InvariantCulture, $"c{i}"),
                        Guest.Source,
                        new() { SubscribesTo = isLoop ? [] : ["news/*"] }
                    )
                ),
        ];
        _senders = [.. _subscribers.Select(subscriber => _client.Prepare(subscriber.Id))];
    }

    protected override void Publish()
    {
        if (!isLoop)
        {
            if (_client!.Publish("news/benchmark", Message).Accepted != _subscribers.Length)
            {
                throw new MeasurementException($"{name}: a subscriber refused a message.");
            }

            return;
        }

        foreach (PreparedSender sender in _senders)
        {
            if (sender.Send(Message) != SendStatus.Accepted)
            {
                throw new MeasurementException($"{name}: a message was refused.");
            }
        }
    }

    protected override void Complete()
    {
        if (workers == 0)
        {
            _host.Pump();
        }

        foreach (Component subscriber in _subscribers)
        {
            Waiting.Until(
                subscriber,
                static (subscriber, settled) => subscriber.Settled >= settled,
                Published,
                StuckAfter
            );
        }
    }
}
