using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Dead letters and the other events as a stream that cannot slow the host down.</summary>
public class EventTests
{
    [Fact]
    public async Task Subscribe_SlowReader_MissesWhatDoesNotFit()
    {
        await using TestHost host = new(workers: 0);
        host.Add("rejecting", TestFiles.Rejecting);
        MessagingEndpoint client = host.AddSender();
        using EventSubscription narrow = host.Host.Subscribe(2);
        for (int i = 0; i < 5; i++)
        {
            client.Send("rejecting", new byte[i]);
        }

        await host.SettleAsync();

        Assert.Equal(3, narrow.Dropped);
        Assert.True(narrow.TryRead(out HostEvent? first));
        Assert.True(narrow.TryRead(out HostEvent? second));
        Assert.Equal((0, 1), (((DeadLetter)first).Length, ((DeadLetter)second).Length));
        Assert.False(narrow.TryRead(out _));
        Assert.Equal(5, host.DeadLetters.Count);
    }

    [Fact]
    public async Task Subscribe_SlowReader_GetsWhatComesOnceThereIsRoom()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = host.AddSender();
        using EventSubscription narrow = host.Host.Subscribe(1);
        client.Send("nobody1", [1]);
        client.Send("nobody2", [1]);
        Assert.True(narrow.TryRead(out _));

        client.Send("nobody3", [1]);

        Assert.True(narrow.TryRead(out HostEvent? happened));
        Assert.Equal("nobody3", ((SendRefused)happened).Target);
        Assert.Equal(1, narrow.Dropped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Subscribe_WithoutCapacity_Throws(int capacity)
    {
        await using TestHost host = new();

        Assert.Throws<ArgumentOutOfRangeException>(() => host.Host.Subscribe(capacity));
    }

    /// <summary>An outcome is counted before it is told, whatever throws between; behind a drain nothing is missing all the same.</summary>
    [Theory]
    [InlineData(TestFiles.Rejecting)]
    [InlineData("send-as-realloc.wat")]
    public async Task Drain_BehindADeadLetter_ItHasBeenTold(string file)
    {
        await using TestHost host = new(workers: 1);
        Component target = host.Add("target", file, new() { Restart = new() { Max = int.MaxValue } });
        MessagingEndpoint client = host.AddSender();
        for (int i = 1; i <= 3000; i++)
        {
            client.Send("target", [1]);
            await host.SettleAsync();
            Assert.Equal(i, target.Statistics.Rejected + target.Statistics.Trapped);
            Assert.Equal(i, host.DeadLetters.Count);
        }
    }

    [Fact]
    public async Task Enumerate_UntilTheHostIsDisposed_GivesAllAndEnds()
    {
        TestHost host = new();
        host.Add("rejecting", TestFiles.Rejecting);
        using EventSubscription events = host.Host.Subscribe();
        Task<int> counting = CountAsync(events);
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 100; i++)
        {
            client.Send("rejecting", [1]);
        }

        await host.DisposeAsync();

        Assert.Equal(100, await counting.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, events.Dropped);
    }

    [Fact]
    public async Task Enumerate_OfADisposedSubscription_EndsBehindWhatItHas()
    {
        await using TestHost host = new(workers: 0);
        EventSubscription events = host.Host.Subscribe();
        MessagingEndpoint client = host.AddSender();
        client.Send("nobody", [1]);

        events.Dispose();
        client.Send("nobody", [1]);

        Assert.Equal(1, await CountAsync(events).WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, events.Dropped);
    }

    [Fact]
    public async Task Enumerate_SubscribedAfterTheHostStopped_EndsAtOnce()
    {
        TestHost host = new();
        await host.DisposeAsync();

        EventSubscription? events = null;
        Exception? refused = Record.Exception(() => events = host.Host.Subscribe());
        if (refused is null)
        {
            Assert.Equal(
                0,
                await CountAsync(events!).WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken)
            );
        }
        else
        {
            Assert.IsType<ObjectDisposedException>(refused);
        }
    }

    [Fact]
    public async Task Enumerate_Cancelled_Throws()
    {
        await using TestHost host = new();
        using EventSubscription events = host.Host.Subscribe();
        using CancellationTokenSource cancel = new();
        await using IAsyncEnumerator<HostEvent> enumerator = events.GetAsyncEnumerator(cancel.Token);
        Task<bool> next = enumerator.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    public static TheoryData<string, string, int, string> Refusals =>
        new()
        {
            { "No Id", "an id is 1 to 128 characters", 1, "InvalidMessage" },
            {
                "strict",
                "the message must start with a codec's prefix, an unsigned varint of one of cbor, 4660",
                0,
                "InvalidMessage"
            },
            { "strict", "'strict' accepts the codecs cbor, 4660", 1, "UnsupportedCodec" },
            { "strict", "the message has 9 bytes and 'strict' accepts at most 8", 9, "PayloadTooLarge" },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refused_WhereThereIsMoreToSay_SaysIt(string target, string reason, int length, string status)
    {
        await using TestHost host = new();
        host.Add("strict", TestFiles.Basic, new() { Codecs = [MessageCodec.Cbor, "4660"], MaxMessageBytes = 8 });

        host.AddSender().Send(target, new byte[length]);

        SendRefused refused = Assert.Single(host.Events.OfType<SendRefused>());
        Assert.Equal((target, status), (refused.Target, refused.Status.ToString()));
        Assert.StartsWith(reason, refused.Reason, StringComparison.Ordinal);
    }

    private static async Task<int> CountAsync(EventSubscription events)
    {
        int count = 0;
        await foreach (HostEvent _ in events.WithCancellation(TestContext.Current.CancellationToken))
        {
            count++;
        }

        return count;
    }
}
