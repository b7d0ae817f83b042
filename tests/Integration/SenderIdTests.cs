using FireAndForget.Mailboxes;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Senders that come under ids of their own and go: nothing of them stays, and nobody is taken for another.</summary>
public class SenderIdTests
{
    private const string Rejecting = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 1))
        """;

    /// <summary>Each id stayed until the host ended, 175 bytes and more of it.</summary>
    [Fact]
    public async Task AddEndpoint_UnderIdsOfTheirOwn_KeepsFewOfThem()
    {
        const int Ids = 10_000;
        await using TestHost host = new(workers: 0);

        AddAndRemove(host, 0, Ids);
        Collect();
        AddAndRemove(host, Ids, 1000);

        Assert.InRange(host.Host.SenderCount, 1, 2000);
    }

    /// <summary>The mirror keeps the ids of senders by their numbers, which come again for others.</summary>
    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Send_UnderIdsThatComeAndGo_IsAnsweredToEach(GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["*"] });

        int answered = 0;
        for (int i = 0; i < 1000; i++)
        {
            answered += AnswersTo(host, $"client{i}");
            if (i % 100 == 99)
            {
                Collect();
            }
        }

        Assert.Equal(1000, answered);
        Assert.InRange(host.Host.SenderCount, 1, 500);
    }

    /// <summary>A guest that had kept the name of its last sender took the next one under the same number for that.</summary>
    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Send_UnderTheNumberOfTheSenderBefore_IsAnsweredToWhoSent(GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["*"] });
        uint number = SendAndGo(host);
        MessagingEndpoint? next = null;
        Inbox inbox = new();
        List<MessagingEndpoint> others = [];
        for (int round = 0; next is null && round < 20; round++)
        {
            AddAndRemove(host, round * 100, 100);
            Collect();
            for (int i = 0; next is null && i < 100; i++)
            {
                others.Add(host.Host.AddEndpoint($"other{round}.{i}", inbox.Handle));
                next = others[^1].Receiver.Self.Number == number ? others[^1] : null;
            }
        }

        Assert.NotNull(next);
        next.Send("mirror", [1, 2, 3]);
        host.Host.Pump();

        Assert.Single(inbox.Received);
    }

    /// <summary>A removed sender's message is told with its sender, however many others came since.</summary>
    [Fact]
    public async Task Remove_WithItsMessageWaiting_IsToldWithItsId()
    {
        await using TestHost host = new(workers: 0);
        Inbox ring = new();
        host.Host.AddEndpoint("ring", ring.Handle);
        Inbox dropping = new();
        host.Host.AddEndpoint(
            "dropping",
            dropping.Handle,
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );
        SendAndLeave(host);

        for (int i = 0; i < 5; i++)
        {
            AddAndRemove(host, i * 200, 200);
            Collect();
        }

        host.Host.Pump();
        Assert.Equal("gone", Assert.Single(ring.Received).Sender);
        Assert.Equal("gone", Assert.Single(dropping.Received).Sender);
        Assert.Equal("gone", Assert.Single(host.DeadLetters).Sender);
    }

    /// <summary>
    /// Two senders' messages are rejected in one batch and released, and while the log is told of the first, so many others come and go
    /// that numbers go to others: the second is told with its id nevertheless.
    /// </summary>
    [Fact]
    public async Task Reject_TwoOfSendersThatLeft_TellsBothWithTheirIds()
    {
        ChurningLog log = new();
        await using MessagingHost host = new(new() { Workers = 2, Logger = log });
        using EventSubscription events = host.Subscribe(int.MaxValue);
        host.AddComponent("rejecting", ComponentSource.FromText(Rejecting));
        using ManualResetEventSlim goOn = new();
        using CountdownEvent held = new(2);
        SendFromSomebody(host, goOn, held);
        held.Wait(TestContext.Current.CancellationToken);
        SendAndLeave(host, "first");
        SendAndLeave(host, "second");
        log.Host = host;

        goOn.Set();
        await host.DrainAsync(TestContext.Current.CancellationToken)
            .WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);

        List<string> from = [];
        while (events.TryRead(out HostEvent? happened))
        {
            from.AddRange(happened is DeadLetter letter ? [letter.Sender] : []);
        }

        Assert.Equal(["first", "second"], from);
        Assert.True(log.HasChurned);
    }

    /// <summary>Keeps both workers until it is told to go on.</summary>
    private static void SendFromSomebody(MessagingHost host, ManualResetEventSlim goOn, CountdownEvent held)
    {
        foreach (string id in (string[])["gate1", "gate2"])
        {
            MessagingEndpoint gate = host.AddEndpoint(
                id,
                _ =>
                {
                    held.Signal();
                    goOn.Wait();
                }
            );
            gate.Send(id, [1]);
        }
    }

    private static void SendAndLeave(MessagingHost host, string id)
    {
        Assert.Equal(SendStatus.Accepted, host.AddEndpoint(id).Send("rejecting", [1]));
        host.Remove(id);
    }

    private static void SendAndLeave(TestHost host)
    {
        MessagingEndpoint client = host.AddSender("gone");
        client.Send("ring", [1]);
        client.Send("dropping", [1]);
        client.Send("dropping", [2]);
        host.Host.Remove("gone");
    }

    /// <summary>Has the mirror answer to a sender that is then removed, and gives that one's number.</summary>
    private static uint SendAndGo(TestHost host)
    {
        MessagingEndpoint client = host.AddInbox("gone", out Inbox inbox);
        client.Send("mirror", [1, 2, 3]);
        host.Host.Pump();
        Assert.Single(inbox.Received);
        host.Host.Remove("gone");
        host.Host.Pump();
        return client.Receiver.Self.Number;
    }

    private static void AddAndRemove(TestHost host, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            host.Host.AddEndpoint($"passing{i}");
            host.Host.Remove($"passing{i}");
        }

        // Removed ones are done once they were pumped.
        host.Host.Pump();
    }

    private static int AnswersTo(TestHost host, string id)
    {
        MessagingEndpoint client = host.AddInbox(id, out Inbox inbox);
        client.Send("mirror", [1, 2, 3]);
        host.Host.Pump();
        host.Host.Remove(id);
        host.Host.Pump();
        return inbox.Count;
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>A log that has endpoints come and go while it is told of the first sender's message.</summary>
    private sealed class ChurningLog : ILogger
    {
        public MessagingHost? Host { get; set; }

        public bool HasChurned { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            bool isFirst = formatter(state, exception).Contains("Rejected", StringComparison.OrdinalIgnoreCase);
            if (Host is null || HasChurned || !isFirst)
            {
                return;
            }

            HasChurned = true;
            int others = Host.Receivers.Count;
            for (int round = 0; round < 4; round++)
            {
                for (int i = 0; i < 200; i++)
                {
                    Host.AddEndpoint($"passing{round}.{i}");
                    Host.Remove($"passing{round}.{i}");
                }

                // The other worker ends them.
                SpinWait.SpinUntil(() => Host.Receivers.Count <= others);
                Collect();
            }
        }
    }
}
