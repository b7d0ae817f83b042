using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>What is deployed is kept in a storage, which may fail.</summary>
public sealed class StorageTests
{
    [Fact]
    public async Task Remove_TheStorageFails_TheComponentRunsOnAndCanBeRemovedAgain()
    {
        TestStorage storage = new();
        await using TestCluster cluster = await TestCluster.StartAsync(1, storage: storage);
        await cluster.DeployAsync("echo", "echo-handler", silo: 0);
        Assert.Contains(storage.Kept, IsOfEcho);

        storage.IsFull = true;
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => cluster[0].RemoveAsync("echo"));
        Assert.Contains("No space is left.", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(cluster[0].Silo, cluster[0].FindHost("echo"));
        Assert.Contains(storage.Kept, IsOfEcho);

        storage.IsFull = false;
        Assert.True(await cluster[0].RemoveAsync("echo"));
        Assert.Null(cluster[0].FindHost("echo"));
        Assert.DoesNotContain(storage.Kept, IsOfEcho);
    }

    private static bool IsOfEcho(string kept) => kept.Contains("echo", StringComparison.Ordinal);
}
