using System.Runtime.CompilerServices;
using System.Text;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Routes that a sender keeps, or shares with others: which it finds, and what they cost.</summary>
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
        Assert.Equal("target", route!.TargetId);
    }

    /// <summary>Guests that may send to many need no route of each: what one has used, others find.</summary>
    [Theory]
    [InlineData("*", "*")]
    [InlineData("target-*", "*")]
    [InlineData("*", "sender-*")]
    public void Send_ByBytesFromManyToMany_SharesTheRoutes(string sendsTo, string receivesFrom)
    {
        Assert.Equal(0, Allocations.Least(AllocatedByAll));

        long AllocatedByAll()
        {
            // Others each time: routes that were made the first time would be found the second.
            using Parts parts = new();
            MessageSender[] senders =
            [
                .. Enumerable
                    .Range(0, 50)
                    .Select(i => new MessageSender(
                        parts.Registry,
                        parts.Add($"sender-{i}", sendsTo: [sendsTo]),
                        parts.Events
                    )),
            ];
            byte[][] targets = [.. Enumerable.Range(0, 300).Select(i => Encoding.ASCII.GetBytes($"target-{i}"))];
            foreach (byte[] target in targets)
            {
                parts.Add(Encoding.ASCII.GetString(target), options: new() { ReceivesFrom = [receivesFrom] });
            }

            // The mailboxes' memory, and the first sender's routes; each other one has met a single target.
            Array.ForEach(targets, target => senders[0].Send(target, [1]));
            Array.ForEach(senders, sender => sender.Send(targets[0], [1]));

            long allocated = Allocations.Of(() =>
            {
                foreach (MessageSender sender in senders)
                {
                    foreach (byte[] target in targets)
                    {
                        sender.Send(target, [1]);
                    }
                }
            });
            Assert.All(senders, sender => Assert.Equal(0, sender.Refused));
            return allocated;
        }
    }

    /// <summary>Who may not send to a target gets no further by the route of those who may.</summary>
    [Fact]
    public void Send_ByBytesWhereOthersMay_IsDeniedStill()
    {
        _parts.Add("target", options: new() { ReceivesFrom = ["friend", "stranger"] });
        MessageSender friend = new(_parts.Registry, _parts.Add("friend"), _parts.Events);
        MessageSender stranger = new(_parts.Registry, _parts.Add("stranger", sendsTo: ["others"]), _parts.Events);
        MessageSender foe = new(_parts.Registry, _parts.Add("foe"), _parts.Events);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(SendStatus.Accepted, friend.Send("target"u8, [1]));
            Assert.Equal(SendStatus.CapabilityDenied, stranger.Send("target"u8, [1]));
            Assert.Equal(SendStatus.CapabilityDenied, foe.Send("target"u8, [1]));
        }
    }

    /// <summary>Targets that come and go leave nothing behind at those who stay.</summary>
    [Fact]
    public void Send_ByBytesToTargetsThatGo_KeepsNoneAlive()
    {
        MessageSender sender = new(_parts.Registry, _parts.Add("sender"), _parts.Events);
        List<WeakReference> targets = [];
        for (int i = 0; i < 1000; i++)
        {
            targets.Add(Sent(i));
        }

        _parts.Ready.Clear();
        GC.Collect();

        Assert.InRange(targets.Count(target => target.IsAlive), 0, 1);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Sent(int i)
        {
            Participant target = _parts.Add($"target-{i}");
            Assert.Equal(SendStatus.Accepted, sender.Send(target.IdBytes, [1]));
            _parts.Registry.TryRemove(target.Id, out _);
            return new(target.Target);
        }
    }

    /// <summary>A guest with more targets than are kept by their hash: no send decides anew or allocates.</summary>
    [Fact]
    public void Send_ByBytesToManyTargets_AllocatesNothing()
    {
        MessageSender sender = new(_parts.Registry, _parts.Add("sender"), _parts.Events);
        byte[][] targets = [.. Enumerable.Range(0, 1000).Select(i => Encoding.ASCII.GetBytes($"target-{i}"))];
        Array.ForEach(targets, target => _parts.Add(Encoding.ASCII.GetString(target)));
        SendToAll();
        SendToAll();

        Assert.Equal(0, Allocations.Least(() => Allocations.Of(SendToAll)));

        void SendToAll()
        {
            foreach (byte[] target in targets)
            {
                sender.Send(target, [1]);
            }
        }
    }

    /// <summary>A guest's routes too are decided anew once after a change, and not at each send.</summary>
    [Fact]
    public void Find_ByBytesAfterRenewal_IsTheNewRoute()
    {
        Participant self = _parts.Add("sender");
        MessageSender sender = new(_parts.Registry, self, _parts.Events);
        Participant target = _parts.Add("target");
        sender.Send("target"u8, [1]);

        Assert.Equal(0, Allocations.Least(AllocatedAfterRenewal));

        long AllocatedAfterRenewal()
        {
            target.Invalidate();
            sender.Send("target"u8, [1]);
            return Allocations.Of(() => sender.Send("target"u8, [1]));
        }
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

    /// <summary>A sender with a rate shares no routes; what it has found by text it need not decide again by bytes.</summary>
    [Fact]
    public void Find_ByBytesAfterTextWithARate_IsTheSameRoute()
    {
        SendAllowance allowance = SendAllowance.Create(new() { MessagesPerSecond = 1 }, new(), TimeProvider.System)!;
        RouteCache cache = new(_parts.Registry, _parts.Add("sender", allowance: allowance));
        _parts.Add("target");

        Route route = cache.Find("target");

        Assert.Same(route, cache.Find("target"u8));
        Assert.Same(route, cache.Find("target"u8));
    }

    /// <summary>Where both ends have changed, nothing refers to a route any more, also before the next one is decided.</summary>
    [Fact]
    public void Invalidate_BothEnds_KeepsNoRouteAlive()
    {
        Participant sender = _parts.Add("sender");
        RouteCache cache = new(_parts.Registry, sender);
        WeakReference[] routes = Found();
        sender.Invalidate();
        foreach (Participant target in _parts.Registry.Participants)
        {
            target.Invalidate();
        }

        GC.Collect();

        // The route that was used last stays until the next send.
        Assert.InRange(routes.Count(route => route.IsAlive), 0, 1);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference[] Found() =>
            [.. Enumerable.Range(0, 10).Select(i => new WeakReference(cache.Find(_parts.Add($"target-{i}").Id)))];
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
            Assert.All(targets, t => Assert.Equal(t, cache.Find(Encoding.ASCII.GetBytes(t))!.TargetId));
            Assert.All(targets, t => Assert.Equal(t, cache.Find(t).TargetId));
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

    /// <summary>Ids that are not registered may belong to somebody elsewhere; one that is registered later is nearer.</summary>
    [Fact]
    public void Find_UnknownId_AsksTheFallback()
    {
        Elsewhere elsewhere = new(_parts);
        Registry registry = new() { Fallback = elsewhere };
        Participant self = _parts.Make("sender");
        registry.TryAdd(self);
        MessageSender sender = new(registry, self, _parts.Events);

        Assert.Equal(SendStatus.Accepted, sender.Send("far", [1, 2]));
        Assert.Equal(SendStatus.Accepted, sender.Send("far"u8, [3]));
        Assert.Equal(SendStatus.TargetNotFound, sender.Send("nowhere", [1]));
        Assert.Equal(SendStatus.InvalidMessage, sender.Send("No Id", [1]));
        Assert.Equal([2, 1], elsewhere.Accepted);

        Participant near = _parts.Make("far");
        registry.TryAdd(near);

        Assert.Equal(SendStatus.Accepted, sender.Send("far", [1, 2, 3]));
        Assert.Equal([2, 1], elsewhere.Accepted);
        Assert.Equal(1, Parts.ReceiverOf(near).Mailbox.Count);
    }

    private RouteCache CacheOf(string id) => new(_parts.Registry, _parts.Add(id));

    /// <summary>A target somewhere else, as another host would be.</summary>
    private sealed class Elsewhere : MessageTarget, ITargetResolver
    {
        private readonly Participant _far;

        public Elsewhere(Parts parts)
        {
            _far = parts.Make("far");
            _far.Target = this;
            Mailbox = new RingMailbox(new());
        }

        /// <summary>The lengths of the messages that it took.</summary>
        public List<int> Accepted { get; } = [];

        public Participant? Resolve(string id) => id == "far" ? _far : null;

        public override void Wake()
        {
            Mailbox.TryLook(out _, out int length);
            Accepted.Add(length);
            Mailbox.Release(1);
        }
    }
}
