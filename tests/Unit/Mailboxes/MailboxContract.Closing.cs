using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

// Closing, waiting for room, and several threads at once.
public abstract partial class MailboxContract
{
    [Fact]
    public void TryCloseEmpty_WhereAMessageWaits_StaysOpen()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, [1]);

        Assert.False(mailbox.TryCloseEmpty());
        Assert.False(mailbox.IsClosed);
        MailboxReader.Run(mailbox, 1, 100);
        mailbox.Release(1);
        Assert.True(mailbox.TryCloseEmpty());
        Assert.True(mailbox.IsClosed);
        Assert.True(mailbox.TryCloseEmpty());
        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(0, [1]));
        mailbox.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Threshold + 1)]
    [InlineData(2_000_000)]
    public void Close_Then_NothingIsAccepted(int size)
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, [1]);

        mailbox.Close();
        mailbox.Close();

        Assert.True(mailbox.IsClosed);
        Assert.False(mailbox.IsQuiet);
        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(0, new byte[size]));
        Assert.Equal((1, 1), (mailbox.Count, mailbox.Accepted));
        Assert.Equal([1], Assert.Single(MailboxReader.PeekAll(mailbox)).Bytes);
    }

    [Fact]
    public void Close_OfOneThatWasNeverUsed_ReadsAsEmpty()
    {
        Mailbox mailbox = Make();

        mailbox.Close();

        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(0, []));
        Assert.False(mailbox.HasNext);
        mailbox.Dispose();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Dispose_OpenOrNotEmpty_Throws(bool isEmpty, bool isClosed)
    {
        Mailbox mailbox = Make();
        if (!isEmpty)
        {
            mailbox.TryEnqueue(0, [1]);
        }

        if (isClosed)
        {
            mailbox.Close();
        }

        Assert.Throws<InvalidOperationException>(mailbox.Dispose);
    }

    [Fact]
    public void Dispose_ClosedAndEmpty_KeepsItsCounts()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, [1]);
        mailbox.TryPeek(0, out _, out _);
        mailbox.Release(1);
        mailbox.Close();

        mailbox.Dispose();

        Assert.Equal((0, 1), (mailbox.Count, mailbox.Accepted));
        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(0, [1]));
    }

    [Fact]
    public void WaitForRoom_NothingHappens_IsNotDone()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, [1]);

        Task room = mailbox.WaitForRoom();
        mailbox.TryEnqueue(0, [2]);
        MailboxReader.PeekAll(mailbox);

        Assert.False(room.IsCompleted);
    }

    [Fact]
    public async Task WaitForRoom_Release_EndsIt()
    {
        Mailbox mailbox = Make();
        mailbox.TryEnqueue(0, [1]);
        mailbox.TryPeek(0, out _, out _);
        Task first = mailbox.WaitForRoom();
        Task second = mailbox.WaitForRoom();

        mailbox.Release(1);

        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.False(mailbox.WaitForRoom().IsCompleted);
    }

    [Fact]
    public async Task WaitForRoom_Close_EndsIt()
    {
        Mailbox mailbox = Make();
        Task room = mailbox.WaitForRoom();

        mailbox.Close();

        await room.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    /// <summary>Several real threads send, one reads: each message comes once, whole, and in its sender's order.</summary>
    [Theory]
    [InlineData(1, 20, false)]
    [InlineData(3, 20, false)]
    [InlineData(3, 1500, false)]
    [InlineData(2, 40_000, true)]
    public void TryEnqueue_FromSeveralThreads_NothingIsLostDoubledOrDamaged(int senders, int largest, bool rarely)
    {
        Mailbox mailbox = Make();
        int each = rarely ? 1000 : 20_000;
        int[] next = new int[senders];
        int started = 0;
        Thread[] threads = [.. Enumerable.Range(0, senders).Select(s => new Thread(() => Send(s)))];
        Array.ForEach(threads, t => t.Start());

        int read = 0;
        MessageSlot[] slots = new MessageSlot[64];
        byte[] bytes = new byte[100_000];
        for (int round = 0; read < senders * each; round++)
        {
            Assert.True(mailbox.Accepted <= Volatile.Read(ref started), "More is accepted than was sent.");
            int count = round % 3 == 0 ? 0 : mailbox.CopyRun(slots.AsSpan(0, 1 + (round % 64)), bytes, out uint _);
            if (count == 0)
            {
                while (count < 5 && mailbox.TryPeek(count, out uint sender, out ReadOnlySpan<byte> message))
                {
                    TestMessage.AssertNext(message, sender, next);
                    count++;
                }
            }
            else
            {
                foreach ((uint sender, byte[] message) in MailboxReader.Run(mailbox, count, bytes.Length))
                {
                    TestMessage.AssertNext(message, sender, next);
                }
            }

            mailbox.Release(count);
            read += count;
            if (count == 0)
            {
                mailbox.Rewind();
                Thread.Yield();
            }
        }

        Array.ForEach(threads, t => t.Join());
        Assert.All(next, n => Assert.Equal(each, n));
        Assert.Equal((0, senders * each), (mailbox.Count, mailbox.Accepted));

        void Send(int sender)
        {
            Random random = new(sender);
            for (int i = 0; i < each; i++)
            {
                byte[] message = TestMessage.Checked(random.Next(12, largest), i);
                Interlocked.Increment(ref started);
                while (mailbox.Count > 500 || mailbox.TryEnqueue((uint)sender, message) != SendStatus.Accepted)
                {
                    Thread.Yield();
                }
            }
        }
    }

    /// <summary>Sends and a closing at once: what was accepted is there, what was refused is not.</summary>
    [Fact]
    public void Close_WhileThreadsSend_WhatWasAcceptedIsThere()
    {
        for (int round = 0; round < 50; round++)
        {
            Mailbox mailbox = Make();
            int accepted = 0;
            using Barrier start = new(3);
            Thread[] threads =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(s => new Thread(() =>
                    {
                        start.SignalAndWait(CancellationToken.None);
                        for (int i = 0; i < 300; i++)
                        {
                            if (mailbox.TryEnqueue((uint)s, [(byte)i]) == SendStatus.Accepted)
                            {
                                Interlocked.Increment(ref accepted);
                            }
                        }
                    })),
            ];
            Array.ForEach(threads, t => t.Start());
            start.SignalAndWait(TestContext.Current.CancellationToken);
            Thread.SpinWait(round * 20);
            mailbox.Close();
            Array.ForEach(threads, t => t.Join());

            Assert.Equal(accepted, mailbox.Accepted);
            Assert.Equal(accepted, MailboxReader.TakeAll(mailbox).Count);
            mailbox.Dispose();
        }
    }
}
