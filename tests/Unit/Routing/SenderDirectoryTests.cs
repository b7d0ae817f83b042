using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Tests.Properties;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The numbers under which mailboxes know the senders.</summary>
public class SenderDirectoryTests
{
    /// <summary>What the garbage collector is not to give back.</summary>
    private readonly ConcurrentBag<SenderNumber> _held = [];

    [Fact]
    public void NumberOf_Ids_CountsUpAndStays()
    {
        SenderDirectory directory = new();

        uint[] numbers = [.. Enumerable.Range(0, 100).Select(i => Hold(directory, $"id{i}"))];

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (uint)i), numbers);
        Assert.Equal(3u, Hold(directory, "id3"));
        Assert.Equal("id99", directory.IdOf(99));
        Assert.Equal("id99", Encoding.ASCII.GetString(directory.BytesOf(99)));
    }

    [Fact]
    public async Task NumberOf_ManyThreads_EachIdHasOneNumber()
    {
        SenderDirectory directory = new();

        uint[][] seen = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                        Enumerable
                            .Range(0, 2000)
                            .Select(i =>
                            {
                                uint number = Hold(directory, $"id{i}");
                                Assert.Equal($"id{i}", directory.IdOf(number));
                                return number;
                            })
                            .ToArray()
                    )
                )
        );

        Assert.All(seen, numbers => Assert.Equal(seen[0], numbers));
        Assert.Equal(2000, seen[0].Distinct().Count());
        Assert.Equal(1999u, seen[0].Max());
    }

    /// <summary>Two components of one id at the same time cannot be, but a removed one and its successor can.</summary>
    [Fact]
    public async Task NumberOf_TheSameIdFromTwoThreads_IsOneNumber()
    {
        const int Ids = 3000;
        SenderDirectory directory = new();
        uint[][] numbers = [new uint[Ids], new uint[Ids]];
        int[] reached = [-1, -1];

        CancellationToken token = TestContext.Current.CancellationToken;
        await Task.WhenAll(Task.Run(() => Ask(0), token), Task.Run(() => Ask(1), token));

        Assert.Equal(numbers[0], numbers[1]);
        Assert.All(numbers[0], (number, i) => Assert.Equal($"id{i}", directory.IdOf(number)));

        void Ask(int thread)
        {
            SpinWait spin = default;
            for (int i = 0; i < Ids; i++)
            {
                // Both begin with each id together, as far as that can be.
                Volatile.Write(ref reached[thread], i);
                while (Volatile.Read(ref reached[1 - thread]) < i)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                numbers[thread][i] = Hold(directory, $"id{i}");
            }
        }
    }

    [Fact]
    public void NumberOf_ManyThatNobodyHoldsAnyMore_GivesTheirNumbersToOthers()
    {
        SenderDirectory directory = new();

        uint most = 0;
        for (int i = 0; i < 10_000; i++)
        {
            most = Math.Max(most, HoldAndGiveBack(directory, $"id{i}"));
        }

        Assert.InRange(most, 1u, 200u);
        Assert.InRange(directory.Count, 1, 200);
        Assert.True(directory.Version > 0);
    }

    [Fact]
    public void NumberOf_HeldTwiceAndGivenBackOnce_Stays()
    {
        SenderDirectory directory = new();
        uint number = Hold(directory, "kept");
        Assert.Equal(number, HoldAndGiveBack(directory, "kept"));

        for (int i = 0; i < 1000; i++)
        {
            Assert.NotEqual(number, HoldAndGiveBack(directory, $"id{i}"));
        }

        Assert.Equal("kept", directory.IdOf(number));
    }

    /// <summary>Nobody who listens may be told of a message with another's id, whichever come and go while it waits.</summary>
    [Fact]
    public void AnyHistory_OfSendersAndMessages_TellsEachWithItsId() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 400])
            .Array[1, 2000]
            .Sample(
                steps =>
                {
                    using RingMailbox ring = new(new() { Messages = 64, Bytes = 1 << 16 });
                    LockedMailbox locked = new(MailboxOptions.Unbounded, (_, _, _) => null);
                    History history = new(Hold, ring, locked);
                    foreach ((int step, int choice) in steps)
                    {
                        history.Do(step, choice);
                    }

                    history.End();
                },
                iter: PropertyRuns.Of(200)
            );

    private uint HoldAndGiveBack(SenderDirectory directory, string id)
    {
        uint number = Hold(directory, id);
        directory.GiveBack(number);
        return number;
    }

    /// <summary>Holds a number until it is given back here, not by the garbage collector.</summary>
    private uint Hold(SenderDirectory directory, string id)
    {
        SenderNumber number = directory.NumberOf(id);
        _held.Add(number);
        return number.Value;
    }

    /// <summary>Ids that come and go, and what waits of them, as lists that are too simple to be wrong.</summary>
    private sealed class History
    {
        private readonly Mailbox[] _mailboxes;
        private readonly Queue<string>[] _waiting = [new(), new()];
        private readonly List<(string Id, uint Number)> _held = [];
        private readonly SenderDirectory _directory;

        private readonly Func<SenderDirectory, string, uint> _hold;

        public History(Func<SenderDirectory, string, uint> hold, params Mailbox[] mailboxes)
        {
            _hold = hold;
            _mailboxes = mailboxes;
            _directory = new(() => mailboxes);
        }

        public void Do(int step, int choice)
        {
            int mailbox = choice & 1;
            switch (step)
            {
                case 0 or 1:
                    string id = $"id{choice}";
                    _held.Add((id, _hold(_directory, id)));
                    break;
                case 2 or 3 when _held.Count != 0:
                    int place = choice % _held.Count;
                    _directory.GiveBack(_held[place].Number);
                    _held.RemoveAt(place);
                    break;
                case 4 when _held.Count != 0:
                    (string sender, uint number) = _held[choice % _held.Count];
                    if (_mailboxes[mailbox].TryEnqueue(number, [1]) == SendStatus.Accepted)
                    {
                        _waiting[mailbox].Enqueue(sender);
                    }

                    break;
                case 5 when _waiting[mailbox].Count != 0:
                    Take(mailbox);
                    break;
            }

            Assert.All(_held, h => Assert.Equal(h.Id, _directory.IdOf(h.Number)));
        }

        public void End()
        {
            for (int mailbox = 0; mailbox < _mailboxes.Length; mailbox++)
            {
                while (_waiting[mailbox].Count != 0)
                {
                    Take(mailbox);
                }

                _mailboxes[mailbox].Close();
            }
        }

        private void Take(int mailbox)
        {
            Assert.True(_mailboxes[mailbox].TryLook(out uint number, out _));
            Assert.Equal(_waiting[mailbox].Dequeue(), _directory.IdOf(number));
            _mailboxes[mailbox].Release(1);
        }
    }
}
