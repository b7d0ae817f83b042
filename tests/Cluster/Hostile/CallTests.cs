using FireAndForget.Orleans;
using FireAndForget.Orleans.Links;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>
/// Calls that no silo of this package makes, over the wire: each is refused, and the silo goes on with what others have in it.
/// </summary>
[Collection(nameof(TwoSilos))]
public sealed class CallTests(TwoSilos silos) : CallingTests
{
    private protected override Task<TestCluster> BeginAsync() => silos.BeginAsync();

    [Fact]
    public async Task Deliver_InTheNameOfTheCalledSiloOrOfNone_IsRefused()
    {
        foreach (SiloAddress from in (SiloAddress[])[Cluster[0].Silo, Nobody])
        {
            Frame frame = new WireFrame()
                .Name(1, NameKind.Sender, "sender")
                .Name(1, NameKind.Target, "there")
                .Run(1, 1, 1, [1])
                .ToFrame();
            InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
                await Service.DeliverAsync(from, frame)
            );
            Assert.Contains($"{from}", refusal.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => Service.ResumeAsync(from, 7, 0));
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                Service.SettleAsync(from, Settlement.Write(1, [new(1, 1, [])]))
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

        await Assert.ThrowsAnyAsync<Exception>(async () => await Service.DeliverAsync(Cluster[1].Silo, frame));

        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Forget_IdOfAnotherSilo_StaysThere()
    {
        await Service.ForgetAsync(Cluster[1].Silo, "sender", long.MaxValue);
        await Service.ForgetAsync(Nobody, "receiver", long.MaxValue);
        await Service.ForgetAsync(Cluster[1].Silo, "receiver", -1);

        Assert.Equal(Cluster[1].Silo, Cluster[0].FindHost("receiver"));
        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Hold_ByWhoDoesNotHostTheId_HoldsNothing()
    {
        foreach (
            (string id, SiloAddress mover) in new[]
            {
                ("receiver", Nobody),
                ("receiver", Cluster[0].Silo),
                ("nobody", Cluster[1].Silo),
            }
        )
        {
            InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(() =>
                Service.HoldAsync(id, mover)
            );
            Assert.Contains(id, refusal.Message, StringComparison.Ordinal);
        }

        await GoesOnAsync(got: 0);
    }

    [Fact]
    public async Task Store_UnderAnotherVersion_IsRefusedAndTheRightOneIsKept()
    {
        byte[] guest = TestCluster.Guest("basic-handle-message");
        string version = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(guest));
        ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(() =>
            Service.StoreAsync(version, [1, 2, 3])
        );
        Assert.Contains(version, refusal.Message, StringComparison.Ordinal);

        await Cluster[0].StoreAsync(guest, TestContext.Current.CancellationToken);

        Assert.Equal(guest, await Service.FetchAsync(version));
    }
}
