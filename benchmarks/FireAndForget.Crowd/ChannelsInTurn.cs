// A Channel<byte[]> for each receiver, each with a task that reads it: what a .NET developer would write without a sandbox.

using System.Threading.Channels;
using FireAndForget.Measuring;

namespace FireAndForget.Crowd;

internal sealed class ChannelsInTurn : ICrowd
{
    private readonly Channel<byte[]>[] _channels;
    private readonly Tally[] _tallies;
    private readonly Task[] _readers;
    private readonly byte[] _message = Payload.Of(Laps.MessageBytes);
    private long _laps;

    public ChannelsInTurn(int receivers)
    {
        _tallies = [.. Enumerable.Range(0, receivers).Select(_ => new Tally())];
        _channels = [.. _tallies.Select(_ => Channel.CreateUnbounded<byte[]>(new() { SingleReader = true }))];
        _readers = [.. _channels.Zip(_tallies, ReadAsync)];
    }

    public void Prepare() { }

    public long RunLap()
    {
        int turns = Laps.Turns(_channels.Length);
        for (int turn = 0; turn < turns; turn++)
        {
            foreach (Channel<byte[]> channel in _channels)
            {
                channel.Writer.TryWrite(_message.AsSpan().ToArray());
            }
        }

        _laps++;
        Tally.WaitForAll(_tallies, _laps * turns);
        return (long)turns * _channels.Length;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Channel<byte[]> channel in _channels)
        {
            channel.Writer.Complete();
        }

        await Task.WhenAll(_readers).ConfigureAwait(false);
    }

    private static async Task ReadAsync(Channel<byte[]> channel, Tally tally)
    {
        byte[] copy = new byte[Laps.MessageBytes];
        await foreach (byte[] message in channel.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            message.CopyTo(copy, 0);
            tally.Add();
        }
    }
}
