using System.Net;
using FireAndForget.Orleans;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>
/// Calls that no silo of this package makes, over the wire: each is refused, and the silo goes on with what others have in it.
/// </summary>
public sealed class CallTests : IAsyncLifetime
{
    private static readonly SiloAddress Nobody = SiloAddress.New(IPAddress.Loopback, 9, 9);

    private TestCluster _cluster = null!;
    private MessagingEndpoint _sender = null!;
    private int _got;

    /// <summary>Silo 0, as silo 1 calls it.</summary>
    private ILinkService _service = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(2);
        _sender = await _cluster[0].AddEndpointAsync("sender", _ => Interlocked.Increment(ref _got));
        await _cluster[0].AddEndpointAsync("there", _ => Interlocked.Increment(ref _got));
        await _cluster[1].AddEndpointAsync("receiver", _ => Interlocked.Increment(ref _got));
        _service = _cluster.ServiceOf(0, calledFrom: 1);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Deliver_InTheNameOfTheCalledSiloOrOfNone_IsRefused()
    {
        foreach (SiloAddress from in (SiloAddress[])[_cluster[0].Silo, Nobody])
        {
            Frame frame = new WireFrame()
                .Name(1, NameKind.Sender, "sender")
                .Name(1, NameKind.Target, "there")
                .Run(1, 1, 1, [1])
                .ToFrame();
            InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
                await _service.DeliverAsync(from, frame)
            );
            Assert.Contains($"{from}", refusal.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => _service.ResumeAsync(from, 7, 0));
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                _service.SettleAsync(from, Settlement.Write(1, [new(1, 1, [])]))
            );
        }

        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Deliver_DamagedOnTheWay_FailsTheCallAloneAndTheSiloGoesOn()
    {
        WireFrame wire = new WireFrame().Name(1, NameKind.Sender, "receiver").Name(1, NameKind.Target, "sender");
        Frame frame = wire.Run(1, 1, 1, [1]).ToFrame();
        // What is written is longer than what it says: the header of the run is missing its entries.
        frame.RunsLength -= 8;

        await Assert.ThrowsAnyAsync<Exception>(async () => await _service.DeliverAsync(_cluster[1].Silo, frame));

        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Settle_BeforeAnythingWasSent_IsRefusedAndLaterOnesHold()
    {
        byte[] settlement = Settlement.Write(1, [new(1, 100, [new(1, Outcome.Trapped, "never sent")])]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _service.SettleAsync(_cluster[1].Silo, settlement));
        Assert.Equal(SendStatus.Accepted, _sender.Send("receiver", [1]));
        await _cluster.SettledAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => _service.SettleAsync(_cluster[1].Silo, [1, 2, 3]));

        await GoesOnAsync(got: 1);
    }

    [Fact]
    public async Task Learn_WrongEntries_AreNotTakenOverAndSendsGoOn()
    {
        TableEntry entry = new()
        {
            Id = "new",
            Host = _cluster[1].Silo,
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
                Host = _cluster[0].Silo,
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
            await _service.LearnAsync(_cluster[1].Silo, one);
            Assert.Equal(SendStatus.TargetNotFound, _sender.Send("new", [1]));
        }

        await _service.MeetAsync(_cluster[1].Silo, wrong);
        await _service.MeetAsync(_cluster[1].Silo, null!);
        Assert.Equal(SendStatus.TargetNotFound, _sender.Send("new", [1]));
        Assert.Equal(_cluster[0].Silo, _cluster[0].FindHost("sender"));
        await _service.LearnAsync(_cluster[1].Silo, entry);
        Assert.Equal(SendStatus.Accepted, _sender.Send("new", [1]));

        // It is on the other silo by what it told, and not in truth.
        await TestCluster.UntilAsync(() => _cluster.NodeOf(0).OwnStatistics().Undeliverable == 1);
        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Forget_IdOfAnotherSilo_StaysThere()
    {
        await _service.ForgetAsync(_cluster[1].Silo, "sender", long.MaxValue);
        await _service.ForgetAsync(Nobody, "receiver", long.MaxValue);
        await _service.ForgetAsync(_cluster[1].Silo, "receiver", -1);

        Assert.Equal(_cluster[1].Silo, _cluster[0].FindHost("receiver"));
        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Hold_ByWhoDoesNotHostTheId_HoldsNothing()
    {
        foreach (
            (string id, SiloAddress mover) in new[]
            {
                ("receiver", Nobody),
                ("receiver", _cluster[0].Silo),
                ("nobody", _cluster[1].Silo),
            }
        )
        {
            InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
                _service.HoldAsync(id, mover)
            );
            Assert.Contains(id, refusal.Message, StringComparison.Ordinal);
        }

        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Hold_OfASiloThatHasDied_HoldsNothing()
    {
        SiloAddress dead = _cluster[1].Silo;
        string version = await _cluster[0]
            .StoreAsync(TestCluster.Guest("basic-handle-message"), TestContext.Current.CancellationToken);
        await _cluster[0].DeployAsync("guest", version, new() { Placement = new() { Silo = _cluster.NameOf(1) } });
        await _cluster.KillAsync(1);
        await TestCluster.UntilAsync(() => _cluster[0].FindHost("guest") == _cluster[0].Silo);

        // The call was under way when its silo died.
        await Assert.ThrowsAsync<InvalidOperationException>(() => _cluster.NodeOf(0).HoldAsync("guest", dead));

        Assert.True(
            (
                await _sender.SendAndWaitAsync("guest", "\0a"u8.ToArray(), TestContext.Current.CancellationToken)
            ).IsHandled
        );
    }

    [Fact]
    public async Task Store_UnderAnotherVersion_IsRefusedAndTheRightOneIsKept()
    {
        byte[] guest = TestCluster.Guest("basic-handle-message");
        string version = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(guest));
        ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(() =>
            _service.StoreAsync(version, [1, 2, 3])
        );
        Assert.Contains(version, refusal.Message, StringComparison.Ordinal);

        await _cluster[0].StoreAsync(guest, TestContext.Current.CancellationToken);

        Assert.Equal(guest, await _service.FetchAsync(version));
    }

    /// <summary>The silo exchanges messages with the other one as if nothing had been.</summary>
    /// <param name="got">How many messages have arrived by then.</param>
    private async Task GoesOnAsync(int got)
    {
        HostStatistics before = await _cluster.SettledAsync();
        Assert.Equal(got, _got);
        MessagingEndpoint other = await _cluster[1].AddEndpointAsync("other");
        Assert.Equal(SendStatus.Accepted, _sender.Send("receiver", [1]));
        Assert.Equal(SendStatus.Accepted, other.Send("sender", [1]));

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal(got + 2, _got);
        Assert.Equal((before.Accepted + 2, before.Handled + 2), (sum.Accepted, sum.Handled));
    }
}
