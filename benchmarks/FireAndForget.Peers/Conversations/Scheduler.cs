// What everything that keeps messages for later is to the harness.

using FireAndForget.Measuring;

namespace FireAndForget.Peers.Conversations;

/// <summary>Takes a million messages for later.</summary>
internal abstract class Scheduler : IAsyncDisposable
{
    public const int Messages = 1_000_000;

    /// <summary>The length of each message in bytes.</summary>
    public const int MessageBytes = 16;

    /// <summary>As the document calls it.</summary>
    public abstract string Name { get; }

    /// <summary>The message. Who gives it may use it again at once, so each that is kept is a copy.</summary>
    protected byte[] Message { get; } = Payload.Of(MessageBytes);

    /// <summary>When the n-th of them is due: no order, all of them later than any measurement takes.</summary>
    public static TimeSpan DelayOf(int number) =>
        TimeSpan.FromHours(1) + TimeSpan.FromTicks(number * 7919L % Messages * 1000);

    /// <summary>Makes room for what is needed to take messages back, which is the measurement's own.</summary>
    public abstract void Prepare();

    /// <summary>Gives all of them.</summary>
    public abstract void Give();

    /// <summary>Takes every second one back.</summary>
    /// <exception cref="MeasurementException">One was not there any more.</exception>
    public abstract void TakeBack();

    /// <summary>Sends the others and delivers them, if that does not take an hour. Those whose clock cannot be moved do nothing.</summary>
    /// <returns>Whether it did.</returns>
    public virtual bool SendDue() => false;

    public abstract ValueTask DisposeAsync();
}
