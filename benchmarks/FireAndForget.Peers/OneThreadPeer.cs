// FireAndForget on one thread, one message after the other: what the component call does, done through the host.

using FireAndForget.Guests.Instances;
using FireAndForget.Measuring;

namespace FireAndForget.Peers;

internal sealed class OneThreadPeer : Peer
{
    private MeasuredHost? _measured;

    public override string Name => Reporting.Names.SelfOneByOne;

    public override Tally Tally { get; } = new();

    public override bool Takes(int payload) => true;

    public override Task StartAsync(int payload)
    {
        _measured = MeasuredHost.OnOneThread(Guest.Source, new() { PayloadBytes = payload });
        return Task.CompletedTask;
    }

    public override Task SendAsync(byte[] message, int count)
    {
        long before = _measured!.Receiver.Statistics.Handled;
        _measured.OneByOne(count);
        Tally.Add(_measured.Receiver.Statistics.Handled - before, message.Length);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _measured!.Check();
        return _measured.DisposeAsync();
    }
}
