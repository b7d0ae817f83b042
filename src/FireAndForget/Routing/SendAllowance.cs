using FireAndForget.Time;

namespace FireAndForget.Routing;

/// <summary>
/// What one component may send in time: a token bucket for the rate, and a quota for each window. A send takes from both or from
/// neither, and what it took is given back where a later check refuses it. There is no lock, because a guest runs on one thread at
/// a time and only its own sends come here.
/// </summary>
/// <remarks>
/// Exact, in whole numbers: a rate of n/d messages a second gives n units a tick of 100 ns, and a message costs d * 10^7 units.
/// A window starts with the first send after the one before has ended.
/// </remarks>
internal sealed class SendAllowance
{
    private readonly SteadyClock _clock;
    private readonly QuotaOptions _quota;
    private readonly Int128 _unitsPerTick;
    private readonly Int128 _cost;
    private readonly Int128 _capacity;
    private Int128 _level;
    private long _filledAt;
    private long _windowEnd;
    private long _messages;
    private long _bytes;

    private SendAllowance(RateOptions? rate, QuotaOptions quota, TimeProvider time)
    {
        _clock = new(time);
        _quota = quota;
        if (rate is null)
        {
            return;
        }

        // A decimal is a whole number over a power of ten, so it represents exactly what the file or the program gave.
        decimal perSecond = (decimal)rate.MessagesPerSecond;
        Int128 denominator = 1;
        while (perSecond != decimal.Truncate(perSecond) && denominator < 1_000_000_000)
        {
            perSecond *= 10;
            denominator *= 10;
        }

        _unitsPerTick = (Int128)decimal.Truncate(perSecond);
        _cost = denominator * TimeSpan.TicksPerSecond;
        _capacity = _cost * rate.Burst;
        _level = _capacity;
    }

    /// <summary>The allowance of these options; null where they allow everything.</summary>
    public static SendAllowance? Create(RateOptions? rate, QuotaOptions quota, TimeProvider time) =>
        rate is null && quota.Messages == 0 && quota.Bytes == 0 ? null : new(rate, quota, time);

    /// <summary>Takes a token and the quota for one message; false where either is used up, and then takes nothing.</summary>
    public bool TryTake(int bytes)
    {
        long now = _clock.Elapsed.Ticks;
        Refill(now);
        if (
            _level < _cost
            || (_quota.Messages != 0 && _messages >= _quota.Messages)
            || (_quota.Bytes != 0 && bytes > _quota.Bytes - _bytes)
        )
        {
            return false;
        }

        _level -= _cost;
        _messages++;
        _bytes += bytes;
        return true;
    }

    /// <summary>Gives back what <see cref="TryTake"/> has just taken for a message that was refused after all.</summary>
    public void GiveBack(int bytes)
    {
        _level += _cost;
        _messages--;
        _bytes -= bytes;
    }

    /// <summary>
    /// The part that is used up, so that another host can go on with it. It is read after the sender was stopped.
    /// </summary>
    public SendUsage Usage
    {
        get
        {
            long now = _clock.Elapsed.Ticks;
            Refill(now);
            return new()
            {
                MissingTokens = _cost == 0 ? 0 : (double)(_capacity - _level) / (double)_cost,
                Messages = _messages,
                Bytes = _bytes,
                WindowLeft = TimeSpan.FromTicks(Math.Max(0, _windowEnd - now)),
            };
        }
        set
        {
            long now = _clock.Elapsed.Ticks;
            _filledAt = now;
            _level = Int128.Max(0, _capacity - (Int128)(value.MissingTokens * (double)_cost));
            _messages = value.Messages;
            _bytes = value.Bytes;
            _windowEnd = now + value.WindowLeft.Ticks;
        }
    }

    private void Refill(long now)
    {
        if (now > _filledAt)
        {
            _level = Int128.Min(_capacity, _level + ((now - _filledAt) * _unitsPerTick));
            _filledAt = now;
        }

        if (now >= _windowEnd)
        {
            _windowEnd = now + _quota.Window.Ticks;
            _messages = 0;
            _bytes = 0;
        }
    }
}
