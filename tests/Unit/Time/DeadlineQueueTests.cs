using CsCheck;
using FireAndForget.Time;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Time;

/// <summary>The host's deadlines: each expires once and in order, unless it was taken out.</summary>
public sealed class DeadlineQueueTests
{
    /// <summary>By how much a long deadline may be late, by the system's clock.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromMilliseconds(16);

    private readonly FakeTimeProvider _time = new();
    private readonly List<Exception> _errors = [];
    private readonly List<int> _expired = [];

    /// <summary>Against a list that is searched each time.</summary>
    [Fact]
    public void AddAndRemove_AnyHistory_ExpiresAsAListWould() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 50])
            .Array[0, 60]
            .Sample(steps =>
            {
                FakeTimeProvider time = new();
                using DeadlineQueue queue = new(time, _ => { });
                List<int> expired = [];
                int last = 0;
                List<(Item Item, TimeSpan Due)> model = [];
                foreach ((int step, int value) in steps)
                {
                    if (step == 0)
                    {
                        Item item = new(expired, ++last);
                        queue.Add(item, TimeSpan.FromSeconds(value));
                        model.Add((item, time.GetUtcNow().TimeOfDay + TimeSpan.FromSeconds(value)));
                    }
                    else if (step == 1 && model.Count != 0)
                    {
                        int index = value % model.Count;
                        queue.Remove(model[index].Item);
                        queue.Remove(model[index].Item);
                        model.RemoveAt(index);
                    }
                    else
                    {
                        expired.Clear();
                        time.Advance(TimeSpan.FromSeconds(value));
                        TimeSpan now = time.GetUtcNow().TimeOfDay;
                        Assert.Equal(
                            model.Where(m => m.Due <= now).Select(m => m.Item.Number).Order(),
                            expired.Order()
                        );
                        model.RemoveAll(m => m.Due <= now);
                    }

                    Assert.Equal(model.Count, queue.Count);
                }
            });

    [Fact]
    public void Add_AnEarlierOneLater_ExpiresFirst()
    {
        using DeadlineQueue queue = new(_time, _errors.Add);
        queue.Add(new Item(_expired, 1), TimeSpan.FromSeconds(9));
        queue.Add(new Item(_expired, 2), TimeSpan.FromSeconds(3));
        queue.Add(new Item(_expired, 3), TimeSpan.MaxValue);

        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([2], _expired);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal([2, 1], _expired);
        Assert.Equal(1, queue.Count);
    }

    /// <summary>The system's clock is not read for each of them, but anew when the system has counted a tick.</summary>
    [Fact]
    public void Add_LongOnesByTheSystemClock_AreNeverEarlyAndHardlyLate()
    {
        using DeadlineQueue queue = new(TimeProvider.System, _errors.Add);
        Item one = AddAndCheck(1);
        Item another = new(_expired, 2);
        queue.Add(another, TimeSpan.FromHours(1));
        Assert.True(another.Due >= one.Due);
        // A reading that is older than this would make the next one early.
        long tick = Environment.TickCount64 + MostLate.Milliseconds;
        SpinWait.SpinUntil(() => Environment.TickCount64 > tick);
        AddAndCheck(3);
        Assert.Empty(_errors);

        Item AddAndCheck(int number)
        {
            Item item = new(_expired, number);
            Assert.True(queue.TryGetNow(out TimeSpan before));
            queue.Add(item, TimeSpan.FromHours(1));
            Assert.True(queue.TryGetNow(out TimeSpan after));
            Assert.InRange(item.Due - TimeSpan.FromHours(1), before, after + MostLate);
            return item;
        }
    }

    [Fact]
    public void Dispose_SomeWait_NothingExpires()
    {
        DeadlineQueue queue = new(_time, _errors.Add);
        queue.Add(new Item(_expired, 1), TimeSpan.FromSeconds(1));
        queue.Dispose();
        queue.Add(new Item(_expired, 2), TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(_expired);
        Assert.Empty(_errors);
    }

    /// <summary>The timer was set for what was over already, and never again for anything that came later.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Expire_TheClockThrowsOnce_TheNextOneSetsTheTimerAgain(bool isWhenSet)
    {
        BreakableTime time = new() { IsBroken = isWhenSet };
        using DeadlineQueue queue = new(time, _errors.Add);
        queue.Add(new Item(_expired, 1), TimeSpan.FromSeconds(1));
        time.IsBroken = true;
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_expired);
        Assert.NotEmpty(_errors);
        time.IsBroken = false;

        queue.Add(new Item(_expired, 2), TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(isWhenSet ? [2] : [1, 2], _expired);
    }

    private sealed class BreakableTime : FakeTimeProvider
    {
        public bool IsBroken { get; set; }

        public override long GetTimestamp() =>
            IsBroken ? throw new InvalidOperationException("the clock is broken") : base.GetTimestamp();
    }

    private sealed class Item(List<int> expired, int number) : IDeadline
    {
        public int Number => number;

        public TimeSpan Due { get; set; }

        public int Place { get; set; } = -1;

        public void Expire() => expired.Add(number);
    }
}
