namespace FireAndForget.Validation;

/// <summary>
/// What one sender may send in time: a token bucket and a quota for each window of time. A send takes from both, or from
/// neither; what is refused later on is given back.
/// </summary>
/// <remarks>
/// The bucket is one word: the time at which it would be full again, in ticks of the clock (the generic cell rate algorithm,
/// ITU-T I.371). A send moves that time on by one interval and is refused where it would lie further ahead than a burst.
/// </remarks>
internal sealed class SendAllowance
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly QuotaOptions _quota;
    private readonly double _interval;
    private readonly double _burst;
    private readonly Lock _lock = new();
    private double _fullAt;
    private long _windowEnd;
    private long _messages;
    private long _bytes;

    private SendAllowance(RateOptions? rate, QuotaOptions quota, TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _quota = quota;
        _interval = rate is null ? 0 : TimeSpan.TicksPerSecond / rate.MessagesPerSecond;
        _burst = rate is null ? 0 : _interval * rate.Burst;
    }

    /// <summary>The allowance of these options; null where they allow everything.</summary>
    public static SendAllowance? Create(RateOptions? rate, QuotaOptions quota, TimeProvider time) =>
        rate is null && quota.Messages == 0 && quota.Bytes == 0 ? null : new(rate, quota, time);

    /// <summary>Takes a token and the quota for one message; false where either is used up, and then takes nothing.</summary>
    public bool TryTake(int bytes)
    {
        long now = _time.GetElapsedTime(_start).Ticks;
        lock (_lock)
        {
            if (now >= _windowEnd)
            {
                _windowEnd = now + _quota.Window.Ticks;
                _messages = 0;
                _bytes = 0;
            }

            double fullAt = Math.Max(_fullAt, now) + _interval;
            if (
                fullAt - now > _burst + (_interval * 1e-6)
                || _quota.Messages != 0 && _messages >= _quota.Messages
                || _quota.Bytes != 0 && bytes > _quota.Bytes - _bytes
            )
            {
                return false;
            }

            _fullAt = fullAt;
            _messages++;
            _bytes += bytes;
            return true;
        }
    }

    /// <summary>Gives back what <see cref="TryTake"/> took for a message that was refused after all.</summary>
    public void GiveBack(int bytes)
    {
        lock (_lock)
        {
            _fullAt -= _interval;
            _messages = Math.Max(0, _messages - 1);
            _bytes = Math.Max(0, _bytes - bytes);
        }
    }
}
