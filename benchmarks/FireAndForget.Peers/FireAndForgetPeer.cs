// FireAndForget itself, in the same process and the same rounds as the others: one sender, one worker, into a guest.

using FireAndForget.Guests.Instances;
using FireAndForget.Measuring;

namespace FireAndForget.Peers;

internal sealed class FireAndForgetPeer : Peer
{
    private MeasuredHost? _measured;

    public override string Name => Reporting.Names.Self;

    // The guest counts nothing; the host's statistics do, and are checked at the end.
    public override Tally Tally { get; } = new();

    public override bool Takes(int payload) => true;

    public override Task StartAsync(int payload)
    {
        _measured = MeasuredHost.WithWorker(
            Guest.Source,
            new() { PayloadBytes = payload },
            TimeSpan.FromMicroseconds(50)
        );
        return Task.CompletedTask;
    }

    public override Task SendAsync(byte[] message, int count)
    {
        long before = _measured!.Receiver.Statistics.Handled;
        _measured.Flood(count);
        Tally.Add(_measured.Receiver.Statistics.Handled - before, message.Length);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _measured!.Check();
        return _measured.DisposeAsync();
    }
}
