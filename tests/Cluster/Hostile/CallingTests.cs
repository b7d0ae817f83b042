using System.Net;
using FireAndForget.Orleans;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>Two silos, of which a test calls one as if it were the other.</summary>
public abstract class CallingTests : IAsyncLifetime
{
    private int _got;

    private protected static SiloAddress Nobody { get; } = SiloAddress.New(IPAddress.Loopback, 9, 9);

    private protected TestCluster Cluster { get; private set; } = null!;

    /// <summary>An endpoint of silo 0.</summary>
    private protected MessagingEndpoint Sender { get; private set; } = null!;

    /// <summary>Silo 0, as silo 1 calls it.</summary>
    private protected ILinkService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await BeginAsync();
        Sender = await Cluster[0].AddEndpointAsync("sender", _ => Interlocked.Increment(ref _got));
        await Cluster[0].AddEndpointAsync("there", _ => Interlocked.Increment(ref _got));
        await Cluster[1].AddEndpointAsync("receiver", _ => Interlocked.Increment(ref _got));
        Service = Cluster.ServiceOf(0, calledFrom: 1);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<TestCluster> BeginAsync();

    private protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    /// <summary>The silo exchanges messages with the other one as if nothing had been.</summary>
    /// <param name="got">How many messages have arrived by then.</param>
    private protected async Task GoesOnAsync(int got)
    {
        HostStatistics before = await Cluster.SettledAsync();
        Assert.Equal(got, _got);
        MessagingEndpoint other = await Cluster[1].AddEndpointAsync("other");
        Assert.Equal(SendStatus.Accepted, Sender.Send("receiver", [1]));
        Assert.Equal(SendStatus.Accepted, other.Send("sender", [1]));

        HostStatistics sum = await Cluster.SettledAsync();
        Assert.Equal(got + 2, _got);
        Assert.Equal((before.Accepted + 2, before.Handled + 2), (sum.Accepted, sum.Handled));
    }
}
