// The grain that counts.

namespace FireAndForget.Peers;

/// <summary>Counts messages.</summary>
public sealed class TallyGrain : Grain, ITallyGrain
{
    /// <summary>What the one grain of this process has counted; the harness has no other way to look into it.</summary>
    public static Tally Counted { get; } = new();

    /// <inheritdoc/>
    public Task Take(byte[] message)
    {
        Counted.Add(message.Length);
        return Task.CompletedTask;
    }
}
