using FireAndForget.Orleans;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>The calls of <see cref="CallTests"/> that need silos of their own, since something of them is left.</summary>
public sealed class CallAloneTests : CallingTests
{
    private protected override Task<TestCluster> BeginAsync() => TestCluster.StartAsync(2);

    private protected override ValueTask EndAsync() => Cluster.DisposeAsync();

    [Fact]
    public async Task Settle_BeforeAnythingWasSent_IsRefusedAndLaterOnesHold()
    {
        byte[] settlement = Settlement.Write(1, [new(1, 100, [new(1, Outcome.Trapped, "never sent")])]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Service.SettleAsync(Cluster[1].Silo, settlement));
        Assert.Equal(SendStatus.Accepted, Sender.Send("receiver", [1]));
        await Cluster.SettledAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => Service.SettleAsync(Cluster[1].Silo, [1, 2, 3]));

        await GoesOnAsync(got: 1);
    }

    [Fact]
    public async Task Learn_WrongEntries_AreNotTakenOverAndSendsGoOn()
    {
        TableEntry entry = new()
        {
            Id = "new",
            Host = Cluster[1].Silo,
            Version = 1,
            SendsTo = ["*"],
            ReceivesFrom = ["*"],
            SubscribesTo = [],
            PublishesTo = [],
            MaxMessageBytes = 100,
            MailboxMessages = 100,
            ProtocolVersion = Protocol.Own,
        };
        TableEntry[] wrong =
        [
            entry with
            {
                Id = "Not An Id",
            },
            entry with
            {
                Id = null!,
            },
            entry with
            {
                Host = Cluster[0].Silo,
            },
            entry with
            {
                Host = Nobody,
            },
            entry with
            {
                Host = null!,
            },
            entry with
            {
                Version = -1,
            },
            entry with
            {
                Version = long.MaxValue,
            },
            entry with
            {
                SendsTo = ["a b"],
            },
            entry with
            {
                SendsTo = null!,
            },
            entry with
            {
                ReceivesFrom = ["*", null!],
            },
            entry with
            {
                SubscribesTo = ["news", ""],
            },
            entry with
            {
                PublishesTo = ["NEWS"],
            },
            entry with
            {
                Codecs = ["no codec"],
            },
            entry with
            {
                MaxMessageBytes = -1,
            },
            entry with
            {
                Wasm = null!,
            },
            entry with
            {
                Options = null!,
            },
            // Of an id that is on the called silo, and not newer; and by who does not host it.
            entry with
            {
                Id = "sender",
                Version = 0,
            },
            entry with
            {
                Id = "sender",
                Host = Nobody,
                Version = 1000,
            },
        ];
        foreach (TableEntry one in wrong)
        {
            await Service.LearnAsync(Cluster[1].Silo, one);
            Assert.Equal(SendStatus.TargetNotFound, Sender.Send("new", [1]));
        }

        await Service.MeetAsync(Cluster[1].Silo, wrong);
        await Service.MeetAsync(Cluster[1].Silo, null!);
        Assert.Equal(SendStatus.TargetNotFound, Sender.Send("new", [1]));
        Assert.Equal(Cluster[0].Silo, Cluster[0].FindHost("sender"));
        await Service.LearnAsync(Cluster[1].Silo, entry);
        Assert.Equal(SendStatus.Accepted, Sender.Send("new", [1]));

        // It is on the other silo by what it told, and not in truth.
        await TestCluster.UntilAsync(() => Cluster.NodeOf(0).OwnStatistics().Undeliverable == 1);
        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Hold_OfASiloThatHasDied_HoldsNothing()
    {
        SiloAddress dead = Cluster[1].Silo;
        await Cluster.DeployAsync("guest", "basic-handle-message", silo: 1);
        await Cluster.KillAsync(1);
        await TestCluster.UntilAsync(() => Cluster[0].FindHost("guest") == Cluster[0].Silo);

        // The call was under way when its silo died.
        await Assert.ThrowsAsync<InvalidOperationException>(() => Cluster.NodeOf(0).HoldAsync("guest", dead));

        Assert.True(
            (await Sender.SendAndWaitAsync("guest", "\0a"u8.ToArray(), TestContext.Current.CancellationToken)).IsHandled
        );
    }
}
