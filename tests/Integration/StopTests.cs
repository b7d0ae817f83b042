using System.Diagnostics;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What becomes of messages, threads and later calls when a host stops, whatever it does just then.</summary>
public class StopTests
{
    /// <summary>The load waits in the operating system, where nothing interrupts it, and the host waited for the load.</summary>
    [Fact]
    public async Task Stop_WhileALoadReadsAPipe_GivesItUp()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such files there.");
        const int LoadAbandoned = 113;
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("faf-pipe-");
        string pipe = Path.Combine(folder.FullName, "pipe.wasm");
        using (var process = Process.Start("mkfifo", pipe))
        {
            await process.WaitForExitAsync(cancelled);
        }

        ListLogger log = new();
        MessagingHost host = new(new() { Workers = 1, Logger = log });
        Task load = host.AddComponentAsync("pipe", pipe, cancellationToken: cancelled);
        // It opens as soon as the load does, and then the load waits for what never comes.
        await using (
            FileStream writer = await Task.Run(
                    () => new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0),
                    cancelled
                )
                .WaitAsync(TestHost.Patience, cancelled)
        )
        {
            await host.StopAsync(TimeSpan.Zero, cancelled).WaitAsync(TestHost.Patience, cancelled);
        }

        Assert.Single(log.Of(LoadAbandoned));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => load.WaitAsync(TestHost.Patience, cancelled));
        folder.Delete(recursive: true);
    }

    /// <summary>Without a limit of time for its start: nothing ended it once the host had stopped.</summary>
    [Fact]
    public async Task Stop_WhileAComponentStartsWithoutEnd_EndsThatToo()
    {
        const int CompiledLine = 503;
        ListLogger log = new();
        // Without a cache, which may have it from another test: then nothing is compiled, and nothing says so.
        MessagingHost host = new(
            new()
            {
                Workers = 1,
                Logger = log,
                CompileCache = null,
            }
        );
        var source = ComponentSource.FromText(GuestTexts.EndlessStart);
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task load = Task.Run(
            () => host.AddComponent("endless", source, new() { Limits = new() { LoadTimeout = TimeSpan.Zero } }),
            cancelled
        );
        await TestHost.UntilAsync(() => load.IsCompleted || log.Of(CompiledLine).Count != 0, "the guest is compiled");
        Assert.False(load.IsCompleted, $"The load ended by itself: {load.Exception}");

        await host.StopAsync(TimeSpan.Zero, TestContext.Current.CancellationToken)
            .WaitAsync(TestHost.Patience, cancelled);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => load.WaitAsync(TestHost.Patience, cancelled));
    }

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task Stop_WithTime_HandlesWhatWasAccepted(int workers)
    {
        await using TestHost host = new(workers);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 100; i++)
        {
            client.Send("basic", [1]);
        }

        await host.StopAsync(TestHost.Patience);

        AccountingAssert.AssertEnded(basic.Statistics, handled: 100);
        AccountingAssert.AssertEnded(host.Statistics.Messages, handled: 100);
    }

    [Fact]
    public async Task Stop_WithoutTime_WhatWaitsIsUndeliverable()
    {
        await using TestHost host = new(workers: 0);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 100; i++)
        {
            client.Send("basic", [1]);
        }

        await host.StopAsync(TimeSpan.Zero);

        AccountingAssert.AssertEnded(basic.Statistics, undeliverable: 100);
        Assert.All(host.DeadLetters, d => Assert.Equal("the host stopped", d.Reason));
        Assert.Equal(100, host.DeadLetters.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Stop_Done_EverySendIsClosedAndNothingCanBeAdded(int workers)
    {
        await using TestHost host = new(workers);
        host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        PreparedSender prepared = client.Prepare("basic");

        await host.StopAsync(TimeSpan.Zero);

        Assert.Equal(SendStatus.Closed, client.Send("basic", [1]));
        Assert.Equal(SendStatus.Closed, client.Send("nobody", [1]));
        Assert.Equal(SendStatus.Closed, prepared.Send([1]));
        Assert.Equal(
            SendStatus.Closed,
            await client.SendAsync("basic", new byte[1], TestContext.Current.CancellationToken)
        );
        Assert.Equal(SendStatus.InvalidMessage, client.Send("No Id", [1]));
        Assert.Throws<ObjectDisposedException>(() => host.Host.AddEndpoint("late"));
        Assert.Throws<ObjectDisposedException>(() => host.Add("late", TestFiles.Basic));
    }

    [Fact]
    public async Task Stop_Twice_IsOnce()
    {
        TestHost host = new();
        Task first = host.StopAsync(TimeSpan.FromSeconds(1)).AsTask();
        Task second = host.StopAsync(TimeSpan.Zero).AsTask();

        await first;
        await second;
        await host.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Stop_NegativeTime_Throws()
    {
        await using TestHost host = new();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await host.Host.StopAsync(TimeSpan.FromTicks(-1), TestContext.Current.CancellationToken)
        );
        Assert.Equal(SendStatus.Accepted, host.AddInbox("client", out _).Send("client", [1]));
    }

    /// <summary>The stopping time is an option of up to 365 days, which is more than a timer takes.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(365)]
    public async Task Stop_WithALongTime_StopsWhenAllIsSettled(int days)
    {
        await using TestHost host = new();
        host.AddInbox("client", out Inbox inbox).Send("client", [1]);

        await host.StopAsync(TimeSpan.FromDays(days));

        Assert.Equal(1, inbox.Count);
    }

    [Fact]
    public async Task Stop_ByAHandler_Ends()
    {
        TestHost host = new(workers: 1);
        Task? stopping = null;
        host.Host.AddEndpoint("client", _ => stopping ??= host.StopAsync(TimeSpan.FromSeconds(5)).AsTask())
            .Send("client", [1]);
        await TestHost.UntilAsync(() => Volatile.Read(ref stopping) is not null, "the handler ran");

        await stopping!;
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Stop_ByAHandlerInManualMode_TheHostCanStillBeDisposed()
    {
        TestHost host = new(workers: 0);
        Task? stopping = null;
        host.Host.AddEndpoint("client", _ => stopping ??= host.Host.StopAsync(TimeSpan.FromSeconds(5)))
            .Send("client", [1]);
        host.Host.Pump();
        Assert.NotNull(stopping);

        await host.DisposeAsync();
    }

    [Fact]
    public async Task Stop_WhileSendersRun_EveryAcceptedMessageEnds()
    {
        for (int round = 0; round < 15; round++)
        {
            await using TestHost host = new(workers: 2);
            for (int i = 0; i < 20; i++)
            {
                host.Add($"mirror{i}", TestFiles.HandleMessage, new() { SendsTo = ["client*"] });
            }

            MessagingEndpoint[] clients = [.. Enumerable.Range(0, 2).Select(i => host.AddInbox($"client{i}", out _))];
            long accepted = 0;
            bool done = false;
            Task sending = Parallelly.RunAsync(
                2,
                c =>
                {
                    for (int i = 0; !Volatile.Read(ref done); i++)
                    {
                        if (clients[c].Send($"mirror{i % 20}", Payload.Echo(16)) == SendStatus.Accepted)
                        {
                            Interlocked.Increment(ref accepted);
                        }
                    }
                }
            );
            try
            {
                await TestHost.UntilAsync(() => host.Statistics.Handled > 1000, "it is running");
                await host.StopAsync(TimeSpan.FromMilliseconds(round % 3));
            }
            finally
            {
                Volatile.Write(ref done, true);
                await sending;
            }

            HostStatistics statistics = host.Statistics;
            AccountingAssert.AssertAtRest(statistics.Messages);
            Assert.Equal(0, statistics.Queued + statistics.InFlight);
            long echoes = clients.Sum(c => c.Statistics.Accepted);
            Assert.Equal(accepted, statistics.Accepted - echoes);
        }
    }

    [Fact]
    public async Task Add_WhileTheHostStops_IsDoneOrRefused()
    {
        for (int round = 0; round < 10; round++)
        {
            TestHost host = new();
            Task adding = Parallelly.RunAsync(
                2,
                t =>
                {
                    for (int i = 0; i < 1000; i++)
                    {
                        try
                        {
                            host.Add($"part{t}-{i}", TestFiles.Basic);
                        }
                        catch (ObjectDisposedException)
                        {
                            return;
                        }
                    }
                }
            );
            await TestHost.UntilAsync(() => host.Host.Remove("part0-0"), "the adding has begun");

            await host.StopAsync(TimeSpan.Zero);
            await adding;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Dispose_WithMessagesWaiting_HandlesThem(int workers)
    {
        MessagingHost host = new(new() { Workers = workers });
        int received = 0;
        MessagingEndpoint client = host.AddEndpoint("client", _ => received++);
        client.Send("client", [1]);
        client.Send("client", [2]);

        host.Dispose();
        host.Dispose();

        Assert.Equal(2, received);
        Assert.Equal(SendStatus.Closed, client.Send("client", [3]));
        Assert.Throws<ObjectDisposedException>(() => host.AddEndpoint("late"));
    }
}
