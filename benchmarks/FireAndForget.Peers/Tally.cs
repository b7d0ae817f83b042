// What a receiver has counted; it is written by one thread at a time and read by the harness.

namespace FireAndForget.Peers;

/// <summary>Messages and bytes.</summary>
public sealed class Tally
{
    private long _messages;
    private long _bytes;

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Counts one message.</summary>
    public void Add(int bytes) => Add(1, bytes);

    /// <summary>Counts messages of one length in bytes.</summary>
    public void Add(long messages, int bytes)
    {
        _bytes += messages * bytes;
        Volatile.Write(ref _messages, _messages + messages);
    }

    /// <summary>Waits until each of several has counted so many messages.</summary>
    internal static void WaitForAll(Tally[] tallies, long messages, TimeSpan stuckAfter)
    {
        foreach (Tally tally in tallies)
        {
            Waiting.Until(tally, static (tally, messages) => tally.Messages >= messages, messages, stuckAfter);
        }
    }
}
