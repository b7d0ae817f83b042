using System.Collections.Concurrent;
using FireAndForget.Tests.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Endpoints with asynchronous handlers: order, outcomes, and what they do not keep.</summary>
public sealed class AsyncHandlerTests
{
    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Send_Many_AreHandledOneAtATimeAndInOrder(int workers)
    {
        await using TestHost host = new(workers);
        List<int> handled = [];
        int atOnce = 0;
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            async (message, _) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref atOnce));
                int number = BitConverter.ToInt32(message.Bytes.Span);
                if (number % 3 == 0)
                {
                    await Task.Yield();
                }

                // Its bytes are still its own.
                Assert.Equal(number, BitConverter.ToInt32(message.Bytes.Span));
                Assert.Equal("client", message.Sender);
                handled.Add(number);
                Interlocked.Decrement(ref atOnce);
            },
            TestHost.Roomy
        );

        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", BitConverter.GetBytes(i)));
        }

        await host.SettleAsync();
        Assert.Equal(Enumerable.Range(0, 1000), handled);
        AccountingAssert.AssertEnded(client.Statistics, handled: 1000);
    }

    [Fact]
    public async Task Pump_InManualMode_CallsTheHandlerOnItsThread()
    {
        await using TestHost host = new(workers: 0);
        List<int> threads = [];
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            (_, _) =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                return ValueTask.CompletedTask;
            }
        );
        client.Send("client", [1]);
        client.Send("client", [2]);
        client.Send("client", [3]);

        Assert.Equal(1, host.Host.Pump(1));
        Assert.Equal(2, host.Host.Pump());

        Assert.Equal(Enumerable.Repeat(Environment.CurrentManagedThreadId, 3), threads);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Drain_WhileAHandlerWaits_WaitsForIt(int workers)
    {
        await using TestHost host = new(workers);
        HeldHandler held = new();
        MessagingEndpoint client = host.Host.AddEndpoint("client", held.HandleAsync);
        client.Send("client", [1]);
        client.Send("client", [2]);

        Task drain = host.Host.DrainAsync(TestContext.Current.CancellationToken);
        await held.WhenEnteredAsync();
        Assert.False(drain.IsCompleted);
        AccountingAssert.AssertAtRest(client.Statistics);
        Assert.Equal(2, client.Statistics.Queued + client.Statistics.InFlight);

        held.Release();
        await drain.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);
        AccountingAssert.AssertEnded(client.Statistics, handled: 2);
    }

    /// <summary>Also one that never comes to its first await keeps none.</summary>
    [Fact]
    public async Task Send_WhileAHandlerBlocks_TheOnlyWorkerServesOthers()
    {
        await using TestHost host = new(workers: 1);
        using ManualResetEventSlim go = new();
        using ManualResetEventSlim entered = new();
        MessagingEndpoint slow = host.Host.AddEndpoint(
            "slow",
            (_, _) =>
            {
                entered.Set();
                go.Wait(TestHost.Patience, CancellationToken.None);
                return ValueTask.CompletedTask;
            }
        );
        host.AddInbox("other", out Inbox inbox);
        slow.Send("slow", [1]);
        Assert.True(entered.Wait(TestHost.Patience, TestContext.Current.CancellationToken));

        slow.Send("other", [2]);
        await TestHost.UntilAsync(() => inbox.Count == 1, "the other endpoint got its message");

        Assert.Equal(0, slow.Statistics.Handled);
        go.Set();
        await host.SettleAsync();
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Handler_ThatThrows_IsATrappedMessageWithItsExceptionInTheLog(int workers)
    {
        ListLogger log = new();
        await using MessagingHost host = new(new() { Workers = workers, Logger = log });
        using EventSubscription events = host.Subscribe();
        MessagingEndpoint client = host.AddEndpoint(
            "client",
            async (message, _) =>
            {
                await Task.Yield();
                if (message.Bytes.Span[0] == 1)
                {
                    throw new FormatException("no order");
                }
            }
        );
        client.Send("client", [1, 2, 3]);
        client.Send("client", [2]);

        await host.DrainAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);

        AccountingAssert.AssertEnded(client.Statistics, handled: 1, trapped: 1);
        Assert.True(events.TryRead(out HostEvent? happened));
        DeadLetter letter = Assert.IsType<DeadLetter>(happened);
        Assert.Equal(
            ("client", "client", Outcome.Trapped, 3),
            (letter.Sender, letter.Target, letter.Outcome, letter.Length)
        );
        Assert.Contains("no order", letter.Reason, StringComparison.Ordinal);
        LogLine line = Assert.Single(log.Of(304));
        Assert.Contains(nameof(AsyncHandlerTests), line.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Handler_OverItsTimeout_IsTimedOutWhenItEnds(int workers)
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers, time);
        HeldHandler held = new();
        int calls = 0;
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            (message, cancel) =>
                calls++ == 0 ? held.HandleUntilCancelledAsync(message, cancel) : ValueTask.CompletedTask,
            new() { HandlerTimeout = TimeSpan.FromSeconds(5) }
        );
        client.Send("client", [1]);
        client.Send("client", [2]);
        Task settled = host.SettleAsync();
        await held.WhenEnteredAsync();

        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(settled.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        await settled;

        AccountingAssert.AssertEnded(client.Statistics, handled: 1, timedOut: 1);
        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.TimedOut, letter.Outcome);
        Assert.StartsWith(
            "the endpoint's handler did not end within 00:00:05",
            letter.Reason,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task MaxConcurrency_OfThree_HandlesThreeSendersAtOnceAndEachInOrder(int workers)
    {
        await using TestHost host = new(workers);
        ConcurrentQueue<string> begun = new();
        Dictionary<string, TaskCompletionSource> gates = "abcd".ToDictionary(
            id => id.ToString(),
            _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        host.Host.AddEndpoint(
            "target",
            async (message, _) =>
            {
                begun.Enqueue($"{message.Sender}{message.Bytes.Span[0]}");
                await gates[message.Sender].Task;
            },
            new() { MaxConcurrency = 3 }
        );
        foreach (string id in gates.Keys)
        {
            MessagingEndpoint sender = host.AddSender(id);
            sender.Send("target", [1]);
            sender.Send("target", [2]);
        }

        Task settled = host.SettleAsync();
        await TestHost.UntilAsync(() => begun.Count == 3, "three are being handled");
        // The second message of "a" is older than the first of "b", and waits for that of its own sender.
        Assert.Equal(["a1", "b1", "c1"], begun.Order());

        gates["b"].SetResult();
        await TestHost.UntilAsync(
            () => begun.Count == 5,
            "the others of the second sender, and the fourth sender, go on"
        );
        Assert.Equal(["b2", "d1"], begun.Skip(3).Order());

        foreach (TaskCompletionSource gate in gates.Values)
        {
            gate.TrySetResult();
        }

        await settled;
        Assert.All(gates.Keys, id => Assert.Equal([$"{id}1", $"{id}2"], begun.Where(b => b[0] == id[0])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task MaxConcurrency_ManySenders_KeepsTheOrderOfEach(int workers)
    {
        await using TestHost host = new(workers);
        ConcurrentDictionary<string, List<int>> handled = new();
        int atOnce = 0;
        MessagingEndpoint target = host.Host.AddEndpoint(
            "target",
            async (message, _) =>
            {
                Assert.InRange(Interlocked.Increment(ref atOnce), 1, 4);
                int number = BitConverter.ToInt32(message.Bytes.Span);
                if (number % 5 == 0)
                {
                    await Task.Yield();
                }

                // Of one sender never two at once, so its list needs no lock.
                handled.GetOrAdd(message.Sender, _ => []).Add(number);
                Interlocked.Decrement(ref atOnce);
            },
            new() { MaxConcurrency = 4, Mailbox = MailboxOptions.Unbounded }
        );
        MessagingEndpoint[] senders = [.. Enumerable.Range(0, 6).Select(i => host.AddSender($"s{i}"))];
        await Parallelly.RunAsync(
            2,
            thread =>
            {
                for (int i = 0; i < 500; i++)
                {
                    for (int s = thread; s < senders.Length; s += 2)
                    {
                        senders[s].Send("target", BitConverter.GetBytes(i));
                    }
                }
            }
        );

        await host.SettleAsync();
        AccountingAssert.AssertEnded(target.Statistics, handled: 3000);
        Assert.Equal(6, handled.Count);
        Assert.All(handled.Values, numbers => Assert.Equal(Enumerable.Range(0, 500), numbers));
    }

    /// <summary>Where the newest messages are wanted, those that wait behind a handler are still the mailbox's to evict.</summary>
    [Fact]
    public async Task DropOldest_WhileAHandlerWaits_HandlesTheNewestNext()
    {
        await using TestHost host = new(workers: 1);
        HeldHandler held = new();
        List<byte> handled = [];
        MessagingEndpoint client = host.Host.AddEndpoint(
            "client",
            (message, cancel) =>
            {
                handled.Add(message.Bytes.Span[0]);
                return held.HandleAsync(message, cancel);
            },
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );
        client.Send("client", [0]);
        await held.WhenEnteredAsync();
        for (byte i = 1; i < 50; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("client", [i]));
        }

        held.Release();
        await host.SettleAsync();

        Assert.Equal(0, handled[0]);
        Assert.Equal(49, handled[^1]);
        AccountingAssert.AssertEnded(client.Statistics, handled: handled.Count, evicted: 50 - handled.Count);
        Assert.InRange(handled.Count, 2, 3);
    }

    [Fact]
    public async Task AddEndpoint_WithWhatOnlyAsynchronousHandlersHave_Refuses()
    {
        await using TestHost host = new(workers: 0);

        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            host.Host.AddEndpoint("a", _ => { }, new() { MaxConcurrency = 2 })
        );
        Assert.Equal("MaxConcurrency", e.ParamName);
        e = Assert.Throws<ArgumentException>(() =>
            host.Host.AddEndpoint("a", _ => { }, new() { HandlerTimeout = TimeSpan.FromSeconds(1) })
        );
        Assert.Equal("HandlerTimeout", e.ParamName);
    }
}
