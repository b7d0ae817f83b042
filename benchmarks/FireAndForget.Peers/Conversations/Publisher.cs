// What everything that sends one message to many is to the harness.

using System.Diagnostics;
using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

/// <summary>Sends each message to all subscribers.</summary>
internal abstract class Publisher : IAsyncDisposable
{
    /// <summary>How many messages go to each subscriber before all of them have to be there.</summary>
    public const int Burst = 8;

    protected static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);

    private long _publishing;

    /// <summary>As the document calls it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the time that the publisher is held is measured, too.</summary>
    public virtual bool IsTimedAlone => false;

    /// <summary>The message.</summary>
    protected byte[] Message { get; private set; } = [];

    /// <summary>How often it has published.</summary>
    protected long Published { get; private set; }

    /// <summary>Gets ready.</summary>
    /// <param name="subscribers">How many there are.</param>
    /// <param name="payload">The length of each message in bytes.</param>
    public void Start(int subscribers, int payload)
    {
        Message = Payload.Of(payload);
        Start(subscribers);
    }

    /// <summary>Publishes bursts, each of which has come to all before the next.</summary>
    /// <param name="laps">How many bursts.</param>
    public Task RunAsync(int laps)
    {
        for (int lap = 0; lap < laps; lap++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Burst; i++)
            {
                Publish();
            }

            _publishing += Stopwatch.GetTimestamp() - start;
            Published += Burst;
            Complete();
        }

        return Task.CompletedTask;
    }

    /// <summary>The nanoseconds that it was held since this was asked.</summary>
    public double TakePublishingTime()
    {
        double time = _publishing * 1e9 / Stopwatch.Frequency;
        _publishing = 0;
        return time;
    }

    public abstract ValueTask DisposeAsync();

    protected abstract void Start(int subscribers);

    /// <summary>Sends the message to all.</summary>
    protected abstract void Publish();

    /// <summary>Ends when what was published has been taken by all.</summary>
    protected abstract void Complete();
}
