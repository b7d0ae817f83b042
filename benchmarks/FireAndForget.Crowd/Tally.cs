// What one receiver has counted; it is written by one thread at a time and read by the harness.

namespace FireAndForget.Crowd;

internal sealed class Tally
{
    private long _messages;

    public void Add() => Volatile.Write(ref _messages, _messages + 1);

    /// <summary>Waits until each receiver has counted a number of messages.</summary>
    public static void WaitForAll(Tally[] tallies, long messages)
    {
        foreach (Tally tally in tallies)
        {
            Waiting.Until(tally, static (tally, messages) => Volatile.Read(ref tally._messages) >= messages, messages);
        }
    }
}
