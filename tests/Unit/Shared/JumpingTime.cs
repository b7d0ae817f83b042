using Microsoft.Extensions.Time.Testing;

namespace FireAndForget.Tests;

/// <summary>A clock that a test advances, and that is set forward or back as well; its timers know nothing of the latter.</summary>
internal sealed class JumpingTime : FakeTimeProvider
{
    private long _offset;

    public override long GetTimestamp() => base.GetTimestamp() + Volatile.Read(ref _offset);

    public void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
