using System.Buffers.Binary;
using CsCheck;
using FireAndForget.Mailboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Later messages of several senders against a list, while a clock is moved on by hand.</summary>
public sealed class LaterModelTests
{
    private const int Senders = 3;
    private const int MostWaiting = 8;

    [Fact]
    public void AnyHistory_AgreesWithAList()
    {
        // What is done by one of the senders: 0 to 3, give one for later; 4, take one back; 5, the clock is moved on and all is pumped;
        // 6, likewise, but pumped one by one.
        Gen<(int Do, int Sender, int Number)[]> history = Gen.Select(
            Gen.Int[0, 6],
            Gen.Int[0, Senders - 1],
            Gen.Int[0, 12]
        ).Array[0, 80];
        history.Sample(Check, iter: 300);
    }

    private static void Check((int Do, int Sender, int Number)[] steps)
    {
        FakeTimeProvider time = new();
        using MessagingHost host = new(
            new()
            {
                Workers = 0,
                TimeProvider = time,
                StopTimeout = TimeSpan.Zero,
            }
        );
        List<(int Sender, int Order)> seen = [];
        host.AddEndpoint(
            "sink",
            message => seen.Add((message.Sender[0] - 'a', BinaryPrimitives.ReadInt32LittleEndian(message.Bytes))),
            new() { Mailbox = MailboxOptions.Unbounded }
        );
        MessagingEndpoint[] senders =
        [
            .. Enumerable
                .Range(0, Senders)
                .Select(i => host.AddEndpoint($"{(char)('a' + i)}", options: new() { LaterMessages = MostWaiting })),
        ];
        List<Waiting> model = [];
        List<(int Sender, long Number)> given = [];
        List<Waiting> expected = [];
        int order = 0;
        int now = 0;
        byte[] message = new byte[4];
        foreach ((int what, int sender, int number) in steps)
        {
            if (what <= 3)
            {
                BinaryPrimitives.WriteInt32LittleEndian(message, order);
                LaterResult result = senders[sender].SendLater("sink", message, TimeSpan.FromMilliseconds(number));
                bool isFull = model.Count(w => w.Sender == sender) >= MostWaiting;
                Assert.Equal(isFull ? SendStatus.QueueFull : SendStatus.Accepted, result.Status);
                if (!isFull)
                {
                    model.Add(new(sender, result.Number, now + number, order));
                    given.Add((sender, result.Number));
                }

                order++;
            }
            else if (what == 4)
            {
                if (given.Count != 0)
                {
                    (int owner, long taken) = given[number * given.Count / 13];
                    bool isThere = model.RemoveAll(w => w.Sender == owner && w.Number == taken) == 1;
                    Assert.Equal(isThere, senders[owner].CancelLater(taken));
                }
            }
            else
            {
                now += number;
                time.Advance(TimeSpan.FromMilliseconds(number));
                Pump(host, oneByOne: what == 6);
                Waiting[] due = [.. model.Where(w => w.Due <= now).OrderBy(w => w.Due).ThenBy(w => w.Order)];
                expected.AddRange(due);
                model.RemoveAll(w => w.Due <= now);
            }

            Assert.Equal(model.Count, host.Statistics.Scheduled);
            Assert.Equal(expected.Count, host.Statistics.Handled);
        }

        // Those of one time by the order of each sender, and all by their times.
        for (int sender = 0; sender < Senders; sender++)
        {
            Assert.Equal(
                expected.Where(w => w.Sender == sender).Select(w => w.Order),
                seen.Where(s => s.Sender == sender).Select(s => s.Order)
            );
        }

        Dictionary<int, int> dues = expected.ToDictionary(w => w.Order, w => w.Due);
        int[] times = [.. seen.Select(s => dues[s.Order])];
        Assert.Equal(times.Order(), times);
    }

    private static void Pump(MessagingHost host, bool oneByOne)
    {
        while (host.Pump(oneByOne ? 1 : int.MaxValue) != 0) { }
    }

    private sealed record Waiting(int Sender, long Number, int Due, int Order);
}
