using System.Text;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Routes that are kept, and that a change of the registry makes out of date.</summary>
public sealed class RouteCacheTests : IDisposable
{
    private readonly Parts _parts = new();

    public void Dispose() => _parts.Dispose();

    [Fact]
    public void Find_Again_IsTheSameRoute()
    {
        RouteCache cache = CacheOf("sender");
        _parts.Add("target");

        Route route = cache.Find("target");

        Assert.Same(route, cache.Find("target"));
        Assert.Same(route, cache.Find(new string("target".AsSpan())));
        Assert.Equal(SendStatus.Accepted, route.Refusal);
    }

    [Fact]
    public void Find_ByBytesAgain_IsTheSameRoute()
    {
        RouteCache cache = CacheOf("sender");
        _parts.Add("target");

        Route? route = cache.Find("target"u8);

        Assert.Same(route, cache.Find("target"u8));
        Assert.Equal("target", route!.Target);
    }

    [Fact]
    public void Find_AfterAChange_IsOutOfDate()
    {
        RouteCache cache = CacheOf("sender");
        Participant target = _parts.Add("target");
        Route route = cache.Find("target");

        target.Receiver.Close("it is over");

        Assert.NotEqual(_parts.Registry.Version, route.Version);
        Route renewed = cache.Renew("target");
        Assert.Equal((SendStatus.Closed, _parts.Registry.Version), (renewed.Refusal, renewed.Version));
        Assert.Same(renewed, cache.Find("target"));
    }

    /// <summary>A guest's routes too are decided anew once after a change, and not at each send.</summary>
    [Fact]
    public void Find_ByBytesAfterRenewal_IsTheNewRoute()
    {
        Participant self = _parts.Add("sender");
        MessageSender sender = new(_parts.Registry, self, _parts.Events);
        _parts.Add("target");
        sender.Send("target"u8, [1]);
        _parts.Add("newcomer");
        sender.Send("target"u8, [1]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        sender.Send("target"u8, [1]);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A guest's targets do not push each other out, also where their ids are almost the same.</summary>
    [Theory]
    [InlineData("ab", "ba")]
    [InlineData("a", "b")]
    [InlineData("audit/log-1", "audit/log-2")]
    public void Find_ByBytesInTurn_BothAreKept(string one, string other)
    {
        RouteCache cache = CacheOf("sender");
        _parts.Add(one);
        _parts.Add(other);
        byte[][] targets = [Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other)];

        Route?[] first = [cache.Find(targets[0]), cache.Find(targets[1])];

        Assert.Same(first[0], cache.Find(targets[0]));
        Assert.Same(first[1], cache.Find(targets[1]));
    }

    [Fact]
    public void Send_BytesThatAreNoUtf8_IsNothing()
    {
        MessageSender sender = new(_parts.Registry, _parts.Add("sender"), _parts.Events);

        Assert.Null(sender.Send([0xC3], [1]));
        Assert.Equal(0, sender.Refused);
    }

    [Fact]
    public void Find_TargetsThatDoNotExist_AreNotKept()
    {
        RouteCache cache = CacheOf("sender");

        Route first = cache.Find("nobody1"u8)!;
        cache.Find("nobody2");
        _parts.Add("nobody1");

        Assert.Equal(SendStatus.TargetNotFound, first.Refusal);
        Assert.Equal(SendStatus.Accepted, cache.Find("nobody1"u8)!.Refusal);
    }

    [Fact]
    public void Find_BytesThatAreNoUtf8_IsNothing()
    {
        RouteCache cache = CacheOf("sender");

        Assert.Null(cache.Find([0x61, 0xFF]));
        Assert.Null(cache.Find([.. Enumerable.Repeat((byte)'a', 1000), 0xC3]));
        Assert.Equal(SendStatus.InvalidMessage, cache.Find("é"u8)!.Refusal);
        Assert.Equal(SendStatus.InvalidMessage, cache.Find([])!.Refusal);
        Assert.Equal(SendStatus.InvalidMessage, cache.Find(Encoding.ASCII.GetBytes(new string('a', 100_000)))!.Refusal);
    }

    [Fact]
    public void Find_MoreTargetsThanPlaces_EachIsFound()
    {
        RouteCache cache = CacheOf("sender");
        string[] targets = [.. Enumerable.Range(0, 500).Select(i => $"t{i}")];
        Array.ForEach(targets, t => _parts.Add(t));

        for (int round = 0; round < 3; round++)
        {
            Assert.All(targets, t => Assert.Equal(t, cache.Find(Encoding.ASCII.GetBytes(t))!.Target));
            Assert.All(targets, t => Assert.Equal(t, cache.Find(t).Target));
        }
    }

    [Fact]
    public void Resolve_ClosedRegistry_IsClosedForAll()
    {
        Participant sender = _parts.Add("sender");
        _parts.Registry.Close();

        Assert.Equal(SendStatus.Closed, _parts.Registry.Resolve(sender, "sender").Refusal);
        Assert.Equal(SendStatus.Closed, _parts.Registry.Resolve(sender, "nobody").Refusal);
        Assert.Equal(SendStatus.InvalidMessage, _parts.Registry.Resolve(sender, "No Id").Refusal);
    }

    /// <summary>Who was removed is not remembered any longer than until the next change is seen.</summary>
    [Fact]
    public void Find_RemovedTargetAfterAnotherWasRenewed_IsDecidedAnew()
    {
        RouteCache cache = CacheOf("sender");
        _parts.Add("gone");
        _parts.Add("other");
        cache.Find("gone");
        _parts.Registry.TryRemove("gone", out _);
        cache.Renew("other");

        Route route = cache.Find("gone");

        Assert.Equal((SendStatus.TargetNotFound, _parts.Registry.Version), (route.Refusal, route.Version));
    }

    /// <summary>Whoever changes something need not know that routes are kept.</summary>
    [Fact]
    public void Version_EachChange_IsAnotherOne()
    {
        Registry registry = _parts.Registry;
        List<int> versions = [registry.Version];
        _parts.Add("newcomer");
        versions.Add(registry.Version);
        registry.TryRemove("newcomer", out _);
        versions.Add(registry.Version);
        registry.Close();
        versions.Add(registry.Version);

        Assert.Equal(versions.Distinct(), versions);
    }

    private RouteCache CacheOf(string id) => new(_parts.Registry, _parts.Add(id));
}
