using FireAndForget.Buffers;
using FireAndForget.Mailboxes;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Mailboxes;

/// <summary>A mailbox that gets no memory from the machine.</summary>
public class RingMailboxMemoryTests
{
    private bool _hasMemory;

    [Fact]
    public void TryEnqueue_NoMemory_IsQueueFullUntilThereIsSome()
    {
        RingMailbox mailbox = new(new(), Rent);

        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(1, [1]));
        Assert.Equal(SendStatus.QueueFull, mailbox.TryEnqueue(1, [1]));
        Assert.Equal((0, 0, 0), (mailbox.Accepted, mailbox.Count, mailbox.ByteCount));
        Assert.False(mailbox.HasNext);
        Assert.False(mailbox.TryPeek(0, out _, out _));
        Assert.True(mailbox.IsQuiet);

        _hasMemory = true;
        Assert.Equal(SendStatus.Accepted, mailbox.TryEnqueue(1, [2]));
        Assert.True(mailbox.TryPeek(0, out _, out ReadOnlySpan<byte> message));
        Assert.Equal([2], message.ToArray());
    }

    [Fact]
    public void CloseAndDispose_NeverHadMemory_IsLikeAnyOther()
    {
        RingMailbox mailbox = new(new(), Rent);
        mailbox.TryEnqueue(1, [1]);

        mailbox.Rewind();
        mailbox.Close();

        Assert.Equal(SendStatus.Closed, mailbox.TryEnqueue(1, [1]));
        mailbox.Dispose();
    }

    /// <summary>A component whose mailbox gets no memory is as if it were full, and as any other when there is some.</summary>
    [Fact]
    public async Task Send_NoMemory_IsQueueFullAndTheStatisticsBalance()
    {
        await using MessagingHost host = new(new() { Workers = 0, Memory = Rent });
        MessagingEndpoint client = host.AddEndpoint("client", _ => { });
        Component guest = ObedientGuest.Add(host, "guest");

        Assert.Equal(SendStatus.QueueFull, client.Send("guest", [ObedientGuest.Answer]));
        host.Pump();
        Assert.Equal((0, 1), (host.Statistics.Accepted, host.Statistics.Refused));

        _hasMemory = true;
        Assert.Equal(SendStatus.Accepted, client.Send("guest", [ObedientGuest.Answer]));
        _hasMemory = false;
        host.Pump();

        // Its answer found a mailbox without memory, which it said to its sender.
        Assert.Equal((1, 1), (guest.Statistics.Rejected, guest.CountRefused(SendStatus.QueueFull)));
        Assert.Equal((1, 0), (host.Statistics.Accepted, host.Statistics.InMailboxes));
    }

    /// <summary>It once waited for ever: nothing was in the mailbox whose end would have made room.</summary>
    [Fact]
    public async Task SendAsync_NoMemory_IsAcceptedWhenThereIsSome()
    {
        await using MessagingHost host = new(new() { Workers = 1, Memory = Rent });
        MessagingEndpoint client = host.AddEndpoint("client", _ => { });

        Task<SendStatus> sending = client
            .SendAsync("client", new byte[1], TestContext.Current.CancellationToken)
            .AsTask();
        Assert.False(sending.IsCompleted);
        Volatile.Write(ref _hasMemory, true);

        Assert.Equal(
            SendStatus.Accepted,
            await sending.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken)
        );
    }

    private bool Rent(uint slots, uint bytes, out RingMemory memory)
    {
        memory = default;
        return Volatile.Read(ref _hasMemory) && RingMemory.TryRent(slots, bytes, out memory);
    }
}
