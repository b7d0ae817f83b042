using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What happens to a component whose guest did not survive a message.</summary>
public class RestartTests
{
    private static readonly byte[] Trap = [0xFF];
    private static readonly byte[] SendAndTrap = [0xFE];

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Trap_InABatch_TheMessagesBehindGoToAFreshInstanceInOrder(int workers)
    {
        await using TestHost host = new(workers);
        Component counting = host.AddText("counting", GuestTexts.Counting);
        MessagingEndpoint client = host.AddSender();
        using ManualResetEventSlim go = new();
        // Where there are workers, all of them are held up, so that the messages are one batch.
        for (int i = 0; i < workers; i++)
        {
            host.Host.AddEndpoint($"holder{i}", _ => Assert.True(go.Wait(TestHost.Patience)));
            client.Send($"holder{i}", [1]);
        }

        foreach (byte[] message in new byte[][] { [1], [2], Trap, [4], [5], [6] })
        {
            client.Send("counting", message);
        }

        go.Set();
        await host.SettleAsync();

        AccountingAssert.AssertEnded(counting.Statistics, rejected: 5, trapped: 1);
        Assert.Equal(
            [
                (1, Outcome.Rejected),
                (2, Outcome.Rejected),
                (0, Outcome.Trapped),
                (1, Outcome.Rejected),
                (2, Outcome.Rejected),
                (3, Outcome.Rejected),
            ],
            host.DeadLetters.Select(d => (NumberIn(d), d.Outcome))
        );
        Assert.Single(host.Events.OfType<ComponentRestarted>());
    }

    [Fact]
    public async Task Trap_EndsTheInstanceAtOnce_AFreshOneIsMadeWithoutAMessage()
    {
        await using TestHost host = new(workers: 0);
        host.AddText("counting", GuestTexts.Counting);
        host.AddSender().Send("counting", Trap);

        host.Host.Pump();

        Assert.Single(host.Events.OfType<ComponentRestarted>());
    }

    [Fact]
    public async Task Trap_MessageAtHand_IsNotDeliveredAgain()
    {
        await using TestHost host = new();
        Component counting = host.AddText("counting", GuestTexts.Counting, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("counting", SendAndTrap);
        await host.SettleAsync();

        AccountingAssert.AssertEnded(counting.Statistics, trapped: 1);
        // What it sent before it trapped stands, once.
        Assert.Equal(SendAndTrap, Assert.Single(inbox.Received).Bytes);
    }

    [Fact]
    public async Task Trap_SaysWhy()
    {
        await using TestHost host = new();
        host.AddText("counting", GuestTexts.Counting);
        host.AddSender().Send("counting", Trap);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(
            ("client", "counting", Outcome.Trapped, 1),
            (letter.Sender, letter.Target, letter.Outcome, letter.Length)
        );
        Assert.Contains("unreachable", letter.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', letter.Reason);
        Assert.Equal(letter.Reason, Assert.Single(host.Events.OfType<ComponentRestarted>()).Reason);
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Trap_NoRestartLeft_StopsAndTheRestIsUndeliverable(int workers)
    {
        await using TestHost host = new(workers);
        Component counting = host.AddText("counting", GuestTexts.Counting, new() { Restart = new() { Max = 2 } });
        MessagingEndpoint client = host.AddSender();
        PreparedSender prepared = client.Prepare("counting");
        using ManualResetEventSlim go = new();
        for (int i = 0; i < workers; i++)
        {
            host.Host.AddEndpoint($"holder{i}", _ => Assert.True(go.Wait(TestHost.Patience)));
            client.Send($"holder{i}", [1]);
        }

        foreach (byte[] message in new[] { Trap, Trap, Trap, Trap, [1] })
        {
            Assert.Equal(SendStatus.Accepted, prepared.Send(message));
        }

        go.Set();
        await host.SettleAsync();

        AccountingAssert.AssertEnded(counting.Statistics, trapped: 3, undeliverable: 2);
        Assert.True(counting.IsStopped);
        Assert.Equal(2, host.Events.OfType<ComponentRestarted>().Count());
        ComponentStopped stopped = Assert.Single(host.Events.OfType<ComponentStopped>());
        Assert.Equal("counting", stopped.Component);
        Assert.Contains("no restart is left of 2 in 60 s", stopped.Reason, StringComparison.Ordinal);
        Assert.All(
            host.DeadLetters.Where(d => d.Outcome == Outcome.Undeliverable),
            d => Assert.StartsWith("its receiver stopped", d.Reason, StringComparison.Ordinal)
        );
        Assert.Equal(SendStatus.Closed, prepared.Send([1]));
        Assert.Equal(SendStatus.Closed, client.Send("counting", [1]));
    }

    [Fact]
    public async Task Trap_MaxZero_StopsAtTheFirst()
    {
        await using TestHost host = new(workers: 0);
        Component counting = host.AddText("counting", GuestTexts.Counting, new() { Restart = new() { Max = 0 } });
        MessagingEndpoint client = host.AddSender();
        client.Send("counting", Trap);
        client.Send("counting", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(counting.Statistics, trapped: 1, undeliverable: 1);
        Assert.Empty(host.Events.OfType<ComponentRestarted>());
    }

    [Fact]
    public async Task Stopped_Removed_ItsIdCanBeTakenAgain()
    {
        await using TestHost host = new(workers: 0);
        Component counting = host.AddText("counting", GuestTexts.Counting, new() { Restart = new() { Max = 0 } });
        MessagingEndpoint client = host.AddSender();
        client.Send("counting", Trap);
        await host.SettleAsync();
        Assert.Throws<ArgumentException>(() => host.Add("counting", TestFiles.Basic));

        Assert.True(counting.Remove());
        Assert.False(counting.Remove());
        Component next = host.Add("counting", TestFiles.Basic);

        Assert.Equal(SendStatus.Accepted, client.Send("counting", [1]));
        await host.SettleAsync();
        AccountingAssert.AssertEnded(next.Statistics, handled: 1);
    }

    [Theory]
    [InlineData(59_999, true)]
    [InlineData(60_000, false)]
    public async Task Trap_WithinTheWindow_CountsAgainstIt(int milliseconds, bool stops)
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        Component counting = host.AddText("counting", GuestTexts.Counting, new() { Restart = new() { Max = 1 } });
        MessagingEndpoint client = host.AddSender();
        client.Send("counting", Trap);
        host.Host.Pump();

        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        client.Send("counting", Trap);
        host.Host.Pump();

        Assert.Equal(stops, counting.IsStopped);
    }

    [Fact]
    public async Task Trap_WithAPause_TheRestartWaitsForItAndSoDoTheMessages()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        Component counting = host.AddText(
            "counting",
            GuestTexts.Counting,
            new() { Restart = new() { Pause = TimeSpan.FromSeconds(1) } }
        );
        MessagingEndpoint client = host.AddSender();
        client.Send("counting", Trap);
        client.Send("counting", [1]);

        host.Host.Pump();
        client.Send("counting", [2]);
        time.Advance(TimeSpan.FromMilliseconds(999));
        host.Host.Pump();
        Assert.Equal(
            (1, 0, 2),
            (counting.Statistics.Trapped, counting.Statistics.Rejected, counting.Statistics.Queued)
        );
        Assert.Empty(host.Events.OfType<ComponentRestarted>());
        AccountingAssert.AssertAtRest(host.Statistics.Messages);

        // Up to a quarter of jitter is added to the pause.
        time.Advance(TimeSpan.FromMilliseconds(251));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(counting.Statistics, trapped: 1, rejected: 2);
        Assert.Single(host.Events.OfType<ComponentRestarted>());
    }

    [Fact]
    public async Task Trap_AgainInAWindow_ThePauseIsDoubled()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        host.AddText("counting", GuestTexts.Counting, new() { Restart = new() { Pause = TimeSpan.FromSeconds(1) } });
        MessagingEndpoint client = host.AddSender();
        foreach (int seconds in new[] { 1, 2, 4 })
        {
            int before = host.Events.OfType<ComponentRestarted>().Count();
            client.Send("counting", Trap);
            host.Host.Pump();
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            host.Host.Pump();
            Assert.Equal(before, host.Events.OfType<ComponentRestarted>().Count());
            time.Advance((TimeSpan.FromSeconds(seconds) / 4) + TimeSpan.FromMilliseconds(1));
            host.Host.Pump();
            Assert.Equal(before + 1, host.Events.OfType<ComponentRestarted>().Count());
        }
    }

    [Fact]
    public async Task Trap_OfAPausedComponent_DrainWaitsForTheRestart()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        Component counting = host.AddText(
            "counting",
            GuestTexts.Counting,
            new() { Restart = new() { Pause = TimeSpan.FromSeconds(1) } }
        );
        MessagingEndpoint client = host.AddSender();
        client.Send("counting", Trap);
        client.Send("counting", [1]);

        // On another thread, for what waits has to wait, and not to look again and again.
        Task<Task<HostStatistics>> draining = Task.Factory.StartNew(
            host.SettleAsync,
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        Task settled = await draining.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);
        Assert.False(settled.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await settled;

        AccountingAssert.AssertEnded(counting.Statistics, trapped: 1, rejected: 1);
    }

    [Fact]
    public async Task Remove_OfAPausedComponent_WhatWaitsIsUndeliverable()
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        Component counting = host.AddText(
            "counting",
            GuestTexts.Counting,
            new() { Restart = new() { Pause = TimeSpan.FromSeconds(1) } }
        );
        MessagingEndpoint client = host.AddSender();
        client.Send("counting", Trap);
        client.Send("counting", [1]);
        host.Host.Pump();

        counting.Remove();
        await host.SettleAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        host.Host.Pump();

        AccountingAssert.AssertEnded(counting.Statistics, trapped: 1, undeliverable: 1);
        Assert.Empty(host.Events.OfType<ComponentRestarted>());
    }

    /// <summary>A pause is an option of up to 365 days, which is more than a timer takes.</summary>
    [Theory]
    [InlineData(1, 50)]
    [InlineData(20, 1)]
    public async Task Trap_WithALongPause_TheComponentOnlyWaits(int traps, int days)
    {
        FakeTimeProvider time = new();
        await using TestHost host = new(workers: 0, time);
        Component counting = host.AddText(
            "counting",
            GuestTexts.Counting,
            new()
            {
                Restart = new()
                {
                    Max = 100,
                    Window = TimeSpan.FromDays(365),
                    Pause = TimeSpan.FromDays(days),
                },
            }
        );
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < traps; i++)
        {
            client.Send("counting", Trap);
            Exception? error = Record.Exception(() => host.Host.Pump());
            Assert.Null(error);
            for (int hop = 0; hop < 100 && host.Events.OfType<ComponentRestarted>().Count() <= i; hop++)
            {
                time.Advance(TimeSpan.FromDays(days));
                host.Host.Pump();
            }

            if (host.Events.OfType<ComponentRestarted>().Count() <= i)
            {
                break;
            }
        }

        Assert.False(counting.IsStopped);
    }

    private static int NumberIn(DeadLetter letter) =>
        letter.Outcome == Outcome.Rejected
            ? int.Parse(letter.Reason.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)
            : 0;
}
