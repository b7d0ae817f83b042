// FireAndForget: later messages of an endpoint to another one, by a clock that is moved.

using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

internal sealed class HostScheduler : Scheduler
{
    private readonly ManualTime _time = new();
    private readonly MessagingHost _host;
    private readonly MessagingEndpoint _client;
    private readonly long[] _numbers = new long[Messages];

    public HostScheduler()
    {
        _host = new(
            new()
            {
                Workers = 0,
                StopTimeout = TimeSpan.Zero,
                TimeProvider = _time,
            }
        );
        _host.AddEndpoint(
            "sink",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = Messages, Bytes = 64 << 20 },
            }
        );
        _client = _host.AddEndpoint("client", options: new() { LaterMessages = Messages });
    }

    public override string Name => Reporting.Names.Self;

    public override void Prepare() => Array.Fill(_numbers, -1);

    public override void Give()
    {
        for (int i = 0; i < Messages; i++)
        {
            _numbers[i] = _client.SendLater("sink", Message, DelayOf(i)).Number;
        }
    }

    public override void TakeBack()
    {
        Expect(Messages);
        for (int i = 0; i < Messages; i += 2)
        {
            if (!_client.CancelLater(_numbers[i]))
            {
                throw new MeasurementException("A later message could not be taken back.");
            }
        }

        Expect(Messages / 2);
    }

    public override bool SendDue()
    {
        _time.Advance(DelayOf(0) + TimeSpan.FromHours(1));
        _host.Pump();
        return true;
    }

    public override ValueTask DisposeAsync()
    {
        Expect(0);
        HostStatistics statistics = _host.Statistics;
        return statistics.Handled == Messages / 2 && statistics.Refused == 0
            ? _host.DisposeAsync()
            : throw new MeasurementException($"{Messages / 2} later messages should have been handled: {statistics}.");
    }

    private void Expect(int scheduled)
    {
        if (_host.Statistics.Scheduled != scheduled)
        {
            throw new MeasurementException($"{scheduled} messages should be scheduled: {_host.Statistics}.");
        }
    }
}
