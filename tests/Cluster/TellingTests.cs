using FireAndForget.Orleans.Links;
using FireAndForget.Tests.Cluster.Hostile;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>How another silo is told what became of its messages: by the answers to its frames, by calls, or when its link begins anew.</summary>
public sealed class TellingTests
{
    [Fact]
    public async Task Receive_AnswerToldAnOutcomeAndTheLinkBeginsAnew_ItIsToldAgain()
    {
        await using ReceivingHost host = Host();
        await host.ReceiveAsync(new WireFrame().Names().Run(1, 1, 99, [1]));

        LinkState state = host.Inbound.Resume(2, settledThrough: 0);

        Assert.Equal(host.Told, state.Settlements);
        Assert.Empty(host.Inbound.Resume(3, settledThrough: 1).Settlements);
    }

    /// <summary>An early frame waited for those before it; its link began anew, and its answer, which nobody got, told an outcome.</summary>
    [Fact]
    public async Task Receive_LinkBeginsAnewWhileAFrameWaits_ItsAnswerTellsNothing()
    {
        await using ReceivingHost host = Host();
        await host.ReceiveAsync(new WireFrame().Names().Run(1, 1, 1, [1]));
        Task<byte[]?> early = host
            .Inbound.ReceiveAsync(
                new WireFrame { Number = 2 }
                    .Run(1, 3, 1, [3])
                    .ToFrame()
            )
            .AsTask();
        host.Host.Pump();
        host.Inbound.Execute();

        LinkState state = host.Inbound.Resume(2, settledThrough: 0);

        Assert.Null(await early);
        state.Settlements.ForEach(host.Told.Enqueue);
        await TestCluster.UntilAsync(() =>
            host.Told.SelectMany(told => Settlement.Read(told)).Any(target => target.Through == 1)
        );
    }

    private static ReceivingHost Host()
    {
        ReceivingHost host = new();
        host.Host.AddEndpoint("target", _ => { });
        return host;
    }
}
