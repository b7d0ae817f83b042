using CsCheck;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>Messages that wait for their time, against a list that is sorted when somebody asks.</summary>
public sealed class TimedMessagesTests
{
    [Fact]
    public void AnyHistory_AgreesWithASortedList()
    {
        // What is done: 0 to 5, one is added, with few times so that many are the same; 6 and 7, one is removed; 8, the first is taken.
        Gen<(int Do, int Number)[]> history = Gen.Select(Gen.Int[0, 8], Gen.Int[0, 20]).Array[0, 300];
        history.Sample(
            steps =>
            {
                TimedMessages messages = new();
                List<(long Number, int Time, int Order)> model = [];
                List<long> given = [];
                int order = 0;
                foreach ((int what, int number) in steps)
                {
                    if (what <= 5)
                    {
                        long added = messages.Add(TimeSpan.FromTicks(number), $"t{order}", Bytes(order));
                        Assert.DoesNotContain(added, given);
                        given.Add(added);
                        model.Add((added, number, order++));
                    }
                    else if (what <= 7 && given.Count != 0)
                    {
                        long removed = given[number * given.Count / 21];
                        Assert.Equal(model.RemoveAll(m => m.Number == removed) == 1, messages.Remove(removed));
                    }
                    else if (model.Count != 0)
                    {
                        (long Number, int Time, int Order) first = model
                            .OrderBy(m => m.Time)
                            .ThenBy(m => m.Order)
                            .First();
                        model.Remove(first);
                        Assert.Equal(first.Time, messages.FirstTime.Ticks);
                        string target = messages.TakeFirst(out TimedMessage message);
                        using (message)
                        {
                            Assert.Equal($"t{first.Order}", target);
                            Assert.Equal(Bytes(first.Order), message.Bytes.ToArray());
                        }
                    }

                    Assert.Equal(model.Count, messages.Count);
                    Assert.Equal(model.Sum(m => (long)Bytes(m.Order).Length), messages.ByteCount);
                }

                messages.Clear();
                Assert.Equal((0, 0), (messages.Count, messages.ByteCount));
            },
            iter: 2000
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Remove_NumberThatWasNeverGiven_IsFalse(long number)
    {
        TimedMessages messages = new();
        long given = messages.Add(TimeSpan.Zero, "target", [1]);

        Assert.False(messages.Remove(number));
        Assert.True(messages.Remove(given));
        Assert.False(messages.Remove(given));
    }

    private static byte[] Bytes(int order) => [.. Enumerable.Repeat((byte)order, order % 40)];
}
