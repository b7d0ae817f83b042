// Channel<byte[]>, bounded like a mailbox, a copy in and a copy out, a delegate as receiver: what a .NET developer would write
// without a sandbox.

using System.Threading.Channels;

namespace FireAndForget.Peers;

internal sealed class ChannelPeer(bool twoThreads) : Peer
{
    private const int Capacity = 1024;

    private readonly Channel<byte[]> _channel = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(Capacity) { SingleReader = true }
    );
    private readonly CancellationTokenSource _stop = new();
    private Action<byte[]> _receiver = _ => { };
    private Thread? _reader;

    public override string Name => twoThreads ? Reporting.Names.ChannelTwoThreads : Reporting.Names.ChannelOneThread;

    public override Tally Tally { get; } = new();

    public override bool Takes(int payload) => true;

    public override Task StartAsync(int payload)
    {
        byte[] copy = new byte[payload];
        _receiver = message =>
        {
            message.CopyTo(copy, 0);
            Tally.Add(message.Length);
        };
        if (twoThreads)
        {
            _reader = new(Read) { IsBackground = true };
            _reader.Start();
        }

        return Task.CompletedTask;
    }

    public override Task SendAsync(byte[] message, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] copy = message.AsSpan().ToArray();
            SpinWait spin = default;
            while (!_channel.Writer.TryWrite(copy))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            if (!twoThreads && _channel.Reader.TryRead(out byte[]? received))
            {
                _receiver(received);
            }
        }

        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _reader?.Join();
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    // Spins as a worker does, and sleeps between the rounds so that it leaves its core to the other peers.
    private void Read()
    {
        SpinWait spin = default;
        while (!_stop.IsCancellationRequested)
        {
            if (_channel.Reader.TryRead(out byte[]? message))
            {
                _receiver(message);
                spin = default;
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: 5_000);
            }
        }
    }
}
