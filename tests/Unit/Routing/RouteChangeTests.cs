using System.Runtime.CompilerServices;
using System.Text;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Which routes a change of a sender, a target or the registry makes stale, so that the next send is decided anew.</summary>
public sealed class RouteChangeTests : IDisposable
{
    private readonly Parts _parts = new();

    public void Dispose() => _parts.Dispose();

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

    /// <summary>The route as a send takes it.</summary>
    private static Route Current(RouteCache cache, string target) =>
        cache.Find(target) is { IsStale: false } route ? route : cache.Renew(target);

    private RouteCache CacheOf(string id) => new(_parts.Registry, _parts.Add(id));
}
