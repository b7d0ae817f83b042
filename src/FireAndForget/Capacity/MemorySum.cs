using System.Globalization;

namespace FireAndForget.Capacity;

/// <summary>
/// How much linear memory all guests of a host may come to use together. What a guest may grow to is taken when it is loaded,
/// because afterwards the engine asks nobody but the guest's own limit.
/// </summary>
/// <param name="limit">The sum in bytes.</param>
internal sealed class MemorySum(long limit)
{
    private readonly Lock _lock = new();
    private long _taken;

    /// <summary>Takes what the memories of a guest may grow to, in bytes.</summary>
    /// <exception cref="ComponentLoadException">So much is not left.</exception>
    public void Take(long bytes)
    {
        lock (_lock)
        {
            if (bytes > limit - _taken)
            {
                throw new ComponentLoadException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"its memories may grow to {bytes} bytes, and of the {limit} that the host's guests may use together "
                            + $"{limit - _taken} are left; raise the host's MemoryBytes, or lower memory-bytes of components."
                    )
                );
            }

            _taken += bytes;
        }
    }

    /// <summary>Gives back what was taken for a guest that is gone, in bytes.</summary>
    public void GiveBack(long bytes)
    {
        lock (_lock)
        {
            _taken -= bytes;
        }
    }
}
