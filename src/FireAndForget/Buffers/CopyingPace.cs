using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace FireAndForget.Buffers;

/// <summary>
/// Writes long messages into a mailbox. Where another core still has the lines they are written to, and is far, an ordinary copy
/// takes ten times as long as otherwise; one past the caches takes the same everywhere. Which one is better is seen from the time
/// of some of the copies themselves, because the way between the same two processors of a virtual machine changes while it runs.
/// Several senders may use it at once: at worst one of them copies in the slower way.
/// </summary>
internal unsafe struct CopyingPace
{
    /// <summary>Shorter messages are copied in the ordinary way.</summary>
    public const int LeastBytes = 2048;

    /// <summary>An ordinary copy takes 0.03 ns a byte where the lines are near, and 0.4 where they are far.</summary>
    private const double SlowNanosecondsPerByte = 0.12;

    /// <summary>One ordinary copy in this many is timed, a power of two: two readings of the clock cost 50 ns.</summary>
    private const int TimedEvery = 16;

    /// <summary>Copies past the caches before the ordinary one is tried again.</summary>
    private const int PastCachesFor = 512;

    private static readonly double SlowTicksPerByte = SlowNanosecondsPerByte * Stopwatch.Frequency / 1e9;

    private int _copies;
    private int _pastCachesUntil;

    /// <summary>Copies a message of at least <see cref="LeastBytes"/>.</summary>
    public void Copy(ReadOnlySpan<byte> message, byte* destination)
    {
        int copy = ++_copies;
        if (Sse.IsSupported && _pastCachesUntil - copy > 0)
        {
            CacheLines.CopyPast(message, destination);
        }
        else if ((copy & (TimedEvery - 1)) == 0)
        {
            long start = Stopwatch.GetTimestamp();
            message.CopyTo(new Span<byte>(destination, message.Length));
            if (Stopwatch.GetTimestamp() - start > message.Length * SlowTicksPerByte)
            {
                _pastCachesUntil = copy + PastCachesFor;
            }
        }
        else
        {
            message.CopyTo(new Span<byte>(destination, message.Length));
        }
    }
}
