// FireAndForget: one message to each of many components, and then the next to each.

using FireAndForget.Measuring;

namespace FireAndForget.Crowd;

internal sealed class ReceiversInTurn : ICrowd
{
    private readonly MessagingHost _host;
    private readonly Component[] _components;
    private readonly PreparedSender[] _senders;
    private readonly byte[] _message = Payload.Of(Laps.MessageBytes);
    private readonly bool _isManual;
    private long _laps;

    /// <summary>A host with that many components.</summary>
    /// <param name="receivers">How many.</param>
    /// <param name="workers">How many workers; 0: the sending thread delivers each round.</param>
    public ReceiversInTurn(int receivers, int workers)
    {
        _isManual = workers == 0;
        _host = new(
            new()
            {
                Workers = workers,
                WorkerSpin = TimeSpan.FromMilliseconds(1),
                StopTimeout = TimeSpan.Zero,
            }
        );
        MessagingEndpoint client = _host.AddEndpoint("client");
        _components =
        [
            .. Enumerable.Range(0, receivers).Select(i => _host.AddComponent($"c{i}", Guests.HandleMessage)),
        ];
        _senders = [.. _components.Select(component => client.Prepare(component.Id))];
    }

    public void Prepare() { }

    public long RunLap()
    {
        int turns = Laps.Turns(_senders.Length);
        for (int turn = 0; turn < turns; turn++)
        {
            foreach (PreparedSender sender in _senders)
            {
                Send(sender);
            }

            if (_isManual)
            {
                _host.Pump();
            }
        }

        _laps++;
        foreach (Component component in _components)
        {
            Waiting.Until(component, static (component, settled) => component.Settled >= settled, _laps * turns);
        }

        return (long)turns * _senders.Length;
    }

    public async ValueTask DisposeAsync()
    {
        HostStatistics statistics = _host.Statistics;
        long sent = _laps * Laps.Turns(_senders.Length) * _senders.Length;
        if (statistics.Accepted != sent || statistics.Handled != sent)
        {
            throw new MeasurementException($"{sent} messages should have been handled: {statistics}.");
        }

        await _host.DisposeAsync().ConfigureAwait(false);
    }

    private void Send(PreparedSender sender)
    {
        SpinWait spin = default;
        SendStatus status;
        while ((status = sender.Send(_message)) == SendStatus.QueueFull)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (status != SendStatus.Accepted)
        {
            throw new MeasurementException($"A message was refused: {status}.");
        }
    }
}
