using System.Runtime.CompilerServices;
using System.Text;
using FireAndForget.Mailboxes;
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
        Assert.Equal("target", route!.TargetId);
    }

    [Fact]
    public void Find_AfterAChange_IsDecidedAnew()
    {
        RouteCache cache = CacheOf("sender");
        Participant target = _parts.Add("target");
        Route route = cache.Find("target");

        Parts.ReceiverOf(target).Close("it is over");

        Assert.True(route.IsStale);
        Route renewed = cache.Renew("target");
        Assert.Equal((SendStatus.Closed, false), (renewed.Refusal, renewed.IsStale));
        Assert.Same(renewed, cache.Find("target"));
    }

    /// <summary>What concerns others leaves a route as it is, for .NET code and for guests.</summary>
    [Fact]
    public void Find_AfterChangesOfOthers_IsTheSameRoute()
    {
        RouteCache cache = CacheOf("sender");
        _parts.Add("target");
        _parts.Add("other");
        Route route = cache.Find("target");
        Route? byBytes = cache.Find("target"u8);

        _parts.Add("newcomer");
        _parts.Registry.ChangeCapability("other", Capability.SendsTo, "x", isGranted: true);
        _parts.Registry.TryRemove("other", out _);

        Assert.False(route.IsStale);
        Assert.Same(route, cache.Find("target"));
        Assert.Same(byBytes, cache.Find("target"u8));
    }

    /// <summary>Each change of either end is seen by the next send.</summary>
    [Theory]
    [InlineData("sender's grant")]
    [InlineData("target's grant")]
    [InlineData("sender's policy")]
    [InlineData("target's policy")]
    [InlineData("target removed")]
    [InlineData("target closed")]
    [InlineData("all")]
    [InlineData("host closed")]
    public void Find_AfterAChangeOfEitherEnd_IsStale(string change)
    {
        Participant sender = _parts.Add("sender");
        Participant target = _parts.Add("target");
        RouteCache cache = new(_parts.Registry, sender);
        Route byText = cache.Find("target");

        switch (change)
        {
            case "sender's grant":
                _parts.Registry.ChangeCapability("sender", Capability.SendsTo, "x", isGranted: true);
                break;
            case "target's grant":
                _parts.Registry.ChangeCapability("target", Capability.ReceivesFrom, "x", isGranted: true);
                break;
            case "sender's policy":
                _parts.Registry.ChangePolicy(sender, new(), new(), TimeProvider.System);
                break;
            case "target's policy":
                _parts.Registry.ChangePolicy(target, new(), new(), TimeProvider.System);
                break;
            case "target removed":
                _parts.Registry.TryRemove("target", out _);
                break;
            case "target closed":
                Parts.ReceiverOf(target).Close("it is over");
                break;
            case "all":
                _parts.Registry.InvalidateAll();
                break;
            case "host closed":
                _parts.Registry.Close();
                break;
        }

        Assert.True(byText.IsStale);
        Assert.NotSame(byText, Current(cache, "target"));
    }

    /// <summary>A guest's next send behind each change is decided anew, whether it shares its route with others or not.</summary>
    [Theory]
    [InlineData("sender's grant", SendStatus.CapabilityDenied)]
    [InlineData("target's grant", SendStatus.CapabilityDenied)]
    [InlineData("sender's policy", SendStatus.CapabilityDenied)]
    [InlineData("sender's rate", SendStatus.RateLimited)]
    [InlineData("target's policy", SendStatus.CapabilityDenied)]
    [InlineData("target's size", SendStatus.PayloadTooLarge)]
    [InlineData("target removed", SendStatus.TargetNotFound)]
    [InlineData("target closed", SendStatus.Closed)]
    [InlineData("host closed", SendStatus.Closed)]
    public void Send_ByBytesAfterAChange_IsDecidedAnew(string change, SendStatus expected)
    {
        foreach (string sendsTo in (string[])["*", "t*", "target"])
        {
            foreach (string receivesFrom in (string[])["*", "send*", "sender"])
            {
                using Parts parts = new();
                Participant self = parts.Add("sender", sendsTo: [sendsTo]);
                Participant target = parts.Add("target", options: new() { ReceivesFrom = [receivesFrom] });
                MessageSender sender = new(parts.Registry, self, parts.Events);
                Assert.Equal(
                    [SendStatus.Accepted, SendStatus.Accepted],
                    [sender.Send("target"u8, [1, 2]), sender.Send("target"u8, [1, 2])]
                );

                Change(parts, self, target, sendsTo, receivesFrom, change);

                Assert.Equal(
                    (sendsTo, receivesFrom, expected),
                    (sendsTo, receivesFrom, sender.Send("target"u8, [1, 2]))
                );
            }
        }

        static void Change(
            Parts parts,
            Participant self,
            Participant target,
            string sendsTo,
            string receivesFrom,
            string change
        )
        {
            ComponentOptions before = new() { SendsTo = [sendsTo], ReceivesFrom = [receivesFrom] };
            switch (change)
            {
                case "sender's grant":
                    parts.Registry.ChangeCapability("sender", Capability.SendsTo, sendsTo, isGranted: false);
                    break;
                case "target's grant":
                    parts.Registry.ChangeCapability("target", Capability.ReceivesFrom, receivesFrom, isGranted: false);
                    break;
                case "sender's policy":
                    parts.Registry.ChangePolicy(self, before, new() { SendsTo = ["other"] }, TimeProvider.System);
                    break;
                case "sender's rate":
                    RateOptions rate = new() { MessagesPerSecond = 1e-9 };
                    parts.Registry.ChangePolicy(
                        self,
                        before,
                        new() { SendsTo = ["*"], Rate = rate },
                        TimeProvider.System
                    );
                    Assert.Equal(
                        SendStatus.Accepted,
                        new MessageSender(parts.Registry, self, parts.Events).Send("target"u8, [1])
                    );
                    break;
                case "target's policy":
                    parts.Registry.ChangePolicy(
                        target,
                        before,
                        new() { ReceivesFrom = ["other"] },
                        TimeProvider.System
                    );
                    break;
                case "target's size":
                    parts.Registry.ChangePolicy(
                        target,
                        before,
                        new() { ReceivesFrom = [receivesFrom], MaxMessageBytes = 1 },
                        TimeProvider.System
                    );
                    break;
                case "target removed":
                    parts.Registry.TryRemove("target", out _);
                    break;
                case "target closed":
                    Parts.ReceiverOf(target).Close("it is over");
                    break;
                case "host closed":
                    parts.Registry.Close();
                    break;
            }
        }
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

    /// <summary>A route that was decided while its target changed is not kept.</summary>
    [Fact]
    public void Track_ChangedMeanwhile_IsStale()
    {
        Participant target = _parts.Add("target");
        int before = target.Version;
        target.Invalidate();
        Route route = new("target", SendStatus.Accepted, target, owner: null);

        target.Track(route, before);

        Assert.True(route.IsStale);
    }

    /// <summary>Ends that change again and again leave nothing behind at the others.</summary>
    [Fact]
    public void Invalidate_AgainAndAgain_KeepsNoRouteAlive()
    {
        Participant sender = _parts.Add("sender");
        _parts.Add("target");
        RouteCache cache = new(_parts.Registry, sender);
        List<WeakReference> routes = [];
        for (int i = 0; i < 1000; i++)
        {
            routes.Add(Decided(cache));
            sender.Invalidate();
        }

        GC.Collect();

        Assert.InRange(routes.Count(route => route.IsAlive), 0, 64);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Decided(RouteCache cache) => new(Current(cache, "target"));
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

    [Fact]
    public void Find_RemovedTarget_IsDecidedAnew()
    {
        RouteCache cache = CacheOf("sender");
        _parts.Add("gone");
        cache.Find("gone");

        _parts.Registry.TryRemove("gone", out _);

        Assert.Equal(SendStatus.TargetNotFound, Current(cache, "gone").Refusal);
        _parts.Add("gone");
        Assert.Equal(SendStatus.Accepted, Current(cache, "gone").Refusal);
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

    /// <summary>The route as a send takes it.</summary>
    private static Route Current(RouteCache cache, string target) =>
        cache.Find(target) is { IsStale: false } route ? route : cache.Renew(target);

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
