using System.Collections.Concurrent;
using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>
/// Silos that many tests share, one after another, since it takes longer to start silos than to test with them. A test that kills a silo
/// has its own.
/// </summary>
public abstract class SharedSilos(short silos) : IAsyncLifetime
{
    private readonly ConcurrentBag<FireAndForgetClusterOptions> _options = [];

    internal TestCluster Cluster { get; private set; } = null!;

    /// <summary>The links between the silos, which a test may hold.</summary>
    internal HeldLinks Links { get; } = new();

    /// <summary>How long a move may wait, on all silos.</summary>
    internal TimeSpan MoveTimeout
    {
        set
        {
            foreach (FireAndForgetClusterOptions options in _options)
            {
                options.MoveTimeout = value;
            }
        }
    }

    public async ValueTask InitializeAsync() =>
        Cluster = await TestCluster.StartAsync(
            silos,
            options =>
            {
                options.WrapPeer = Links.Wrap;
                _options.Add(options);
            }
        );

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Has a test find the silos as if they were new.</summary>
    internal async Task<TestCluster> BeginAsync()
    {
        Links.LetGo();
        MoveTimeout = TestCluster.Patience;
        await Cluster.BeginAsync();
        return Cluster;
    }
}

/// <summary>Two silos.</summary>
[CollectionDefinition(nameof(TwoSilos))]
public sealed class TwoSilos() : SharedSilos(2), ICollectionFixture<TwoSilos>;

/// <summary>Three silos.</summary>
[CollectionDefinition(nameof(ThreeSilos))]
public sealed class ThreeSilos() : SharedSilos(3), ICollectionFixture<ThreeSilos>;
