namespace FireAndForget.Guests.Wasi;

/// <summary>
/// How much of what a component writes is logged: a number of bytes in each second of the host's clock, counted from the first line of
/// it. Shared by both streams of all its instances, which may write on several threads.
/// </summary>
internal sealed class OutputAllowance(TimeProvider time, long bytesPerSecond)
{
    private readonly Lock _lock = new();
    private long? _second;
    private long _taken;
    private long _leftOut;

    /// <summary>How much a second allows.</summary>
    public long BytesPerSecond => bytesPerSecond;

    /// <summary>Asks whether a line may be logged.</summary>
    /// <param name="bytes">What it counts.</param>
    /// <param name="leftOut">The bytes that were left out since the last line that was logged.</param>
    /// <returns>Whether the line may be logged; where it may not, whether it is the first one that is left out or a further one.</returns>
    public OutputAnswer Take(int bytes, out long leftOut)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            if (_second is not { } since || time.GetElapsedTime(since, now) >= TimeSpan.FromSeconds(1))
            {
                _second = now;
                _taken = 0;
            }

            leftOut = _leftOut;
            if (bytes <= bytesPerSecond - _taken)
            {
                _taken += bytes;
                _leftOut = 0;
                return OutputAnswer.Logged;
            }

            _taken = bytesPerSecond;
            _leftOut += bytes;
            return leftOut == 0 ? OutputAnswer.FirstLeftOut : OutputAnswer.LeftOut;
        }
    }

    /// <summary>Takes the count of bytes that were left out since the last line that was logged; the caller logs it.</summary>
    public long TakeLeftOut()
    {
        lock (_lock)
        {
            (long leftOut, _leftOut) = (_leftOut, 0);
            return leftOut;
        }
    }
}

/// <summary>What becomes of a line that a guest wrote.</summary>
internal enum OutputAnswer
{
    Logged,
    FirstLeftOut,
    LeftOut,
}
