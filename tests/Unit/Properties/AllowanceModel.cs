using System.Numerics;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// A token bucket and a quota as the contract words them: so many tokens come back in a second, never more than the burst are
/// there, and a window starts with the first send after the one before has ended.
/// </summary>
internal sealed class AllowanceModel(decimal? perSecond, int burst, QuotaOptions quota)
{
    private Fraction _tokens = Fraction.Of(burst);
    private long _now;
    private long _windowEnd = long.MinValue;
    private BigInteger _messages;
    private BigInteger _bytes;

    /// <summary>Time goes on.</summary>
    public void Advance(long ticks)
    {
        _now += ticks;
        if (perSecond is { } rate)
        {
            _tokens += Fraction.Of(rate) * new Fraction(ticks, TimeSpan.TicksPerSecond);
            _tokens = _tokens > Fraction.Of(burst) ? Fraction.Of(burst) : _tokens;
        }
    }

    public bool MayTake(int bytes)
    {
        if (_now >= _windowEnd)
        {
            _windowEnd = _now + quota.Window.Ticks;
            _messages = 0;
            _bytes = 0;
        }

        bool hasToken = perSecond is null || !(_tokens < Fraction.Of(1));
        bool hasMessages = quota.Messages == 0 || _messages + 1 <= quota.Messages;
        bool hasBytes = quota.Bytes == 0 || _bytes + bytes <= quota.Bytes;
        return hasToken && hasMessages && hasBytes;
    }

    public void Take(int bytes)
    {
        _tokens -= Fraction.Of(1);
        _messages++;
        _bytes += bytes;
    }
}
