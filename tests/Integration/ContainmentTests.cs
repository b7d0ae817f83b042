using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>What a guest that runs does not keep others from: the host's own members, other guests, other threads.</summary>
public class ContainmentTests
{
    private static readonly ComponentOptions NoBudgets = new()
    {
        Limits = new() { MessageTimeout = TimeSpan.Zero, LoadTimeout = TimeSpan.Zero },
    };

    private static readonly byte[] Endless = new byte[1000];

    /// <summary>No lock is held while a guest handles a message: everything that a host can be asked is answered meanwhile.</summary>
    [Theory]
    [InlineData(OverflowPolicy.Refuse)]
    [InlineData(OverflowPolicy.DropOldest)]
    public async Task MessageWithoutEnd_EveryMemberAnswersMeanwhile(OverflowPolicy overflowPolicy)
    {
        await using TestHost host = new(workers: 2, stopTimeout: TimeSpan.Zero);
        ComponentOptions options = NoBudgets.With(o => o.Mailbox = new() { OverflowPolicy = overflowPolicy });
        Component endless = host.Add("endless", "endless-loop.wat", options);
        MessagingEndpoint client = host.AddInbox("client", out _);
        client.Send("endless", Endless);
        await TestHost.UntilAsync(() => endless.Statistics.InFlight > 0, "the message is at work");

        await Parallelly.RunAsync(1, _ => AskEverything(host, client, endless, "round"));
        await Parallelly.RunAsync(1, _ => endless.Replace(ComponentSource.FromFile(TestFiles.PathOf(TestFiles.Basic))));

        Assert.True(endless.Statistics.InFlight > 0);
        await Parallelly.RunAsync(1, _ => Assert.True(endless.Remove()));
    }

    /// <summary>As the other, while a guest's start function runs.</summary>
    [Fact]
    public async Task StartWithoutEnd_EveryMemberAnswersMeanwhile()
    {
        await using TestHost host = new(workers: 2, stopTimeout: TimeSpan.Zero);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddInbox("client", out _);
        Task loading = Parallelly.RunAsync(1, _ => host.Add("looping", "endless-loop-in-start.wat", NoBudgets));

        for (int i = 0; i < 20; i++)
        {
            int round = i;
            await Parallelly.RunAsync(1, _ => AskEverything(host, client, basic, $"round{round}"));
        }

        Assert.False(loading.IsCompleted);
        await host.StopAsync(TimeSpan.Zero);
        ObjectDisposedException e = await Assert.ThrowsAsync<ObjectDisposedException>(() => loading);
        Assert.Contains("disposed of while it loaded a component", e.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Fairness without a clock: between two messages of one that always burns its whole budget, each other receiver has its turn.
    /// </summary>
    [Fact]
    public async Task MessagesThatBurnTheirBudget_OthersHaveTheirTurnBetweenThem()
    {
        const int Turn = 512;
        const int Turns = 6;
        await using TestHost host = new(workers: 0);
        host.Add(
            "burning",
            "endless-loop.wat",
            new()
            {
                Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(20) },
                Restart = new() { Max = 100 },
            }
        );
        MessagingEndpoint client = host.AddSender();
        foreach (string id in new[] { "innocent1", "innocent2" })
        {
            host.Add(id, TestFiles.Rejecting, new() { Mailbox = new() { Messages = Turns * Turn } });
        }

        for (int i = 0; i < Turns; i++)
        {
            client.Send("burning", Endless);
        }

        for (int i = 0; i < Turns * Turn; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("innocent1", [1]));
            Assert.Equal(SendStatus.Accepted, client.Send("innocent2", [1]));
        }

        await host.SettleAsync();

        // Not a whole turn in any case: a tick may meet it in the middle.
        int burnt = 0;
        Dictionary<string, int> others = new() { ["innocent1"] = 0, ["innocent2"] = 0 };
        foreach (DeadLetter letter in host.DeadLetters)
        {
            if (letter.Outcome == Outcome.TimedOut)
            {
                burnt++;
                Assert.All(others.Values, count => Assert.True(count >= burnt - 1, "one was left out"));
            }
            else
            {
                others[letter.Target]++;
            }
        }

        Assert.Equal(Turns, burnt);
    }

    /// <summary>The stack of a guest lies on the thread that runs it, above whatever .NET has there already.</summary>
    [Theory]
    [InlineData("deep-recursion.wat", 1000)]
    [InlineData("deep-recursion-through-the-host-component.wat", 1000)]
    [InlineData("deep-recursion-through-the-host-component.wat", 5000)]
    public async Task DeepRecursion_WithLittleMoreThanOneMebibyteOfStack_Traps(string file, int length)
    {
        await using TestHost host = new(workers: 0);
        Component hostile = host.Add("hostile", file);
        MessagingEndpoint client = host.AddSender();
        client.Send("hostile", new byte[length]);

        // One mebibyte has to be left below what is on the stack here.
        RunOn((1 << 20) + (1 << 16), () => host.Host.Pump());

        AccountingAssert.AssertEnded(hostile.Statistics, trapped: 1);
    }

    [Fact]
    public async Task DeepRecursionInStart_OnAThreadOfOneMebibyte_IsALoadError()
    {
        await using TestHost host = new(workers: 0);
        Component basic = host.Add("basic", TestFiles.Basic);
        ComponentSource hostile = ComponentSource.FromFile(TestFiles.PathOf("deep-recursion-in-start.wat"));
        List<Exception?> thrown = [];

        RunOn(1 << 20, () => thrown.Add(Record.Exception(() => host.Host.AddComponent("hostile", hostile))));
        RunOn(1 << 20, () => thrown.Add(Record.Exception(() => basic.Replace(hostile))));

        Assert.Equal(2, thrown.Count);
        Assert.All(thrown, e => Assert.IsType<ComponentLoadException>(e));
    }

    /// <summary>A handler sends from deep within .NET's own frames on a worker, and the guest that gets it recurses on that thread.</summary>
    [Fact]
    public async Task DeepRecursion_OnTheWorkerOfAHandlerThatRecursed_Traps()
    {
        await using TestHost host = new(workers: 1);
        Component hostile = host.Add("hostile", "deep-recursion.wat");
        MessagingEndpoint client = null!;
        client = host.Host.AddEndpoint("client", _ => Descend(2000));
        client.Send("client", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(hostile.Statistics, trapped: 1);

        int Descend(int depth) =>
            depth == 0 ? (int)client.Send("hostile", new byte[1000]) : Descend(depth - 1) + (depth % 2);
    }

    /// <summary>However little each of them takes: the host pays for each, before any limit of a sum is reached.</summary>
    [Theory]
    [InlineData(999, "", "it has more than 1000 core instances", GuestRuntime.Direct)]
    [InlineData(999, "", "it has more than 1000 core instances", GuestRuntime.ComponentApi)]
    [InlineData(16, "(memory 0)", "it has more than 16 memories", GuestRuntime.Direct)]
    [InlineData(16, "(memory 0)", "it has more than 16 memories", GuestRuntime.ComponentApi)]
    [InlineData(101, "(table 0 funcref)", "it has more than 100 tables", GuestRuntime.Direct)]
    [InlineData(101, "(table 0 funcref)", "it has more than 100 tables", GuestRuntime.ComponentApi)]
    public async Task MorePartsThanAnyoneNeeds_IsRefused(int more, string each, string expected, GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        string wat = File.ReadAllText(TestFiles.PathOf("endless-loop-component.wat")).TrimEnd()[..^1];
        string instances = string.Concat(Enumerable.Repeat("(core instance (instantiate $more))", more));

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("many", $"{wat} (core module $more {each}) {instances})")
        );

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        host.AddText("many", $"{wat} (core module $more))");
    }

    private static void AskEverything(TestHost test, MessagingEndpoint client, Component asked, string id)
    {
        MessagingHost host = test.Host;
        using EventSubscription events = host.Subscribe();
        Assert.True(host.Statistics.Accepted >= 0);
        Assert.True(asked.Statistics.Accepted >= 0);
        Assert.False(asked.IsStopped);
        Assert.Equal(SendStatus.Accepted, client.Send(asked.Id, [1]));
        Assert.Equal(SendStatus.TargetNotFound, client.Send("nobody", [1]));
        Assert.NotEqual("", client.Explain(asked.Id, SendStatus.PayloadTooLarge, 2 << 20));
        Assert.True(host.Grant(asked.Id, Capability.SendsTo, id));
        Assert.True(host.Revoke(asked.Id, Capability.SendsTo, id));
        MessagingEndpoint endpoint = host.AddEndpoint(id, _ => { });
        endpoint.Send(id, [1]);
        Assert.True(endpoint.Remove());
        Component other = test.Add(id, TestFiles.Basic);
        other.Replace(ComponentSource.FromFile(TestFiles.PathOf(TestFiles.Echo)));
        Assert.True(other.Remove());
    }

    private static void RunOn(int stackBytes, Action body)
    {
        Thread thread = new(() => body(), stackBytes);
        thread.Start();
        Assert.True(thread.Join(TestHost.Patience));
    }
}
