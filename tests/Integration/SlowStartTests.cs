using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// Fresh instances whose start does not end: they are held in a host function until the test lets them go, so that what happens
/// meanwhile does not depend on any time.
/// </summary>
public class SlowStartTests
{
    private static readonly byte[] Trap = [0xFF];

    /// <summary>There is one worker, and once it made the instances itself.</summary>
    [Fact]
    public async Task Trap_FreshInstancesDoNotStart_TheOthersWorkAndRestart()
    {
        using HeldClock time = new();
        await using TestHost host = new(workers: 1, time);
        string[] slow = ["slow-0", "slow-1", "slow-2", "slow-3", "slow-4"];
        foreach (string id in slow)
        {
            host.AddText(id, GuestTexts.SlowStart);
        }

        Component counting = host.AddText("counting", GuestTexts.Counting);
        MessagingEndpoint client = host.AddSender();
        time.Hold();
        foreach (string id in slow)
        {
            client.Send(id, [1]);
        }

        // All of them at once: none waits for another's end.
        await TestHost.UntilAsync(() => time.Held == slow.Length, "each fresh instance is being started");
        for (int i = 0; i < 3; i++)
        {
            client.Send("counting", Trap);
            client.Send("counting", [1]);
        }

        await TestHost.UntilAsync(() => counting.Settled == 6, "another component works");
        await TestHost.UntilAsync(
            () => host.Events.OfType<ComponentRestarted>().Count() == 3,
            "another component is restarted"
        );
        Task drained = host.Host.DrainAsync(TestContext.Current.CancellationToken);
        Assert.False(drained.IsCompleted);
        AccountingAssert.AssertAtRest(host.Statistics.Messages);

        time.LetGo();
        await drained.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);

        Assert.Equal(
            slow,
            host.Events.OfType<ComponentRestarted>().Select(r => r.Component).Where(id => id != "counting").Order()
        );
        AccountingAssert.AssertEnded(counting.Statistics, rejected: 3, trapped: 3);
    }

    /// <summary>What was sent meanwhile goes to the version that replaces it, which need not wait for the start.</summary>
    [Fact]
    public async Task Replace_WhileAFreshInstanceStarts_TheNewVersionTakesOverAtOnce()
    {
        using HeldClock time = new();
        await using TestHost host = new(workers: 1, time);
        Component component = host.AddText("slow", GuestTexts.SlowStart);
        MessagingEndpoint client = host.AddSender();
        time.Hold();
        client.Send("slow", [1]);
        await TestHost.UntilAsync(() => time.Held == 1, "the fresh instance is being started");
        client.Send("slow", [1]);

        component.Replace(ComponentSource.FromText(GuestTexts.Counting));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, trapped: 1, rejected: 1);
        Assert.Empty(host.Events.OfType<ComponentRestarted>());
        time.LetGo();
    }

    [Fact]
    public async Task Remove_WhileAFreshInstanceStarts_WhatWaitsIsUndeliverableAtOnce()
    {
        using HeldClock time = new();
        await using TestHost host = new(workers: 1, time);
        Component component = host.AddText("slow", GuestTexts.SlowStart);
        MessagingEndpoint client = host.AddSender();
        time.Hold();
        client.Send("slow", [1]);
        await TestHost.UntilAsync(() => time.Held == 1, "the fresh instance is being started");
        client.Send("slow", [1]);

        component.Remove();
        await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, trapped: 1, undeliverable: 1);
        Component next = host.AddText("slow", GuestTexts.Counting);
        client.Send("slow", [1]);
        await host.SettleAsync();
        AccountingAssert.AssertEnded(next.Statistics, rejected: 1);
        time.LetGo();
    }

    /// <summary>A start without a budget that never ends is cut off when the host stops, or when nobody wants the instance any more.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_WhileAFreshInstanceStartsForEver_ComesToAnEnd(bool isRemoved)
    {
        using HeldClock time = new();
        await using TestHost host = new(workers: 1, time);
        Component component = host.AddText(
            "slow",
            GuestTexts.SlowStart,
            new() { Limits = new() { LoadTimeout = TimeSpan.Zero } }
        );
        MessagingEndpoint client = host.AddSender();
        time.Hold();
        client.Send("slow", [1]);
        await TestHost.UntilAsync(() => time.Held == 1, "the fresh instance is being started");
        time.LetGo(startsEnd: false);
        client.Send("slow", [1]);
        if (isRemoved)
        {
            component.Remove();
        }

        await host.StopAsync(isRemoved ? TestHost.Patience : TimeSpan.Zero);

        AccountingAssert.AssertEnded(component.Statistics, trapped: 1, undeliverable: 1);
    }

    /// <summary>The wall clock, which only guests look at, holds who looks at it.</summary>
    private sealed class HeldClock : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new(true);
        private volatile bool _startsEnd = true;
        private int _held;

        public int Held => Volatile.Read(ref _held);

        public void Hold() => _gate.Reset();

        public void Dispose() => _gate.Dispose();

        /// <param name="startsEnd">Whether the clock tells the guest's start to end; else it loops for ever.</param>
        public void LetGo(bool startsEnd = true)
        {
            _startsEnd = startsEnd;
            _gate.Set();
        }

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Increment(ref _held);
            _gate.Wait(TestHost.Patience);
            Interlocked.Decrement(ref _held);
            return _startsEnd ? DateTimeOffset.UnixEpoch : DateTimeOffset.UnixEpoch.AddSeconds(1);
        }
    }
}
