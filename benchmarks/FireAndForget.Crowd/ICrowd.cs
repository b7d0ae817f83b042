// What every crowd is to the harness: many receivers that it sends laps of messages to.

namespace FireAndForget.Crowd;

/// <summary>Many receivers of FireAndForget, or of an alternative.</summary>
internal interface ICrowd : IAsyncDisposable
{
    /// <summary>Gets a lap of messages ready, outside of the time that is taken.</summary>
    void Prepare();

    /// <summary>Sends a lap, and comes back when all of it is handled.</summary>
    /// <returns>How many messages, or hops, were handled.</returns>
    long RunLap();
}
