using FireAndForget.Components;
using FireAndForget.Dispatching;
using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>A component whose guest is made by the test, so that its instances fail when the test wants it.</summary>
public sealed class GuestReceiverTests : IDisposable
{
    private readonly Parts _parts = new();
    private readonly FailingCode _code = new();
    private readonly EventSubscription _events;

    public GuestReceiverTests() => _events = _parts.Events.Subscribe(int.MaxValue);

    public void Dispose()
    {
        _events.Dispose();
        _parts.Dispose();
    }

    [Fact]
    public void Deliver_FreshInstanceCannotBeMade_CostsAnotherRestartAndIsTriedAgain()
    {
        ComponentReceiver receiver = Make(max: 4);
        _code.FailuresToCome = 2;

        Trap(receiver);

        // One instance at first, two that failed, one that came to be.
        Assert.Equal(4, _code.Made);
        Assert.Contains(
            "a fresh instance could not be made",
            Assert.Single(Events<ComponentRestarted>()).Reason,
            StringComparison.Ordinal
        );
        Trap(receiver);
        Assert.False(receiver.IsStopped);
        Trap(receiver);
        Assert.True(receiver.IsStopped);
        Assert.Equal(3, receiver.Ledger[Outcome.Trapped]);
    }

    [Fact]
    public void Deliver_FreshInstanceCanNeverBeMade_StopsWhenNoRestartIsLeft()
    {
        ComponentReceiver receiver = Make(max: 3);
        _code.FailuresToCome = int.MaxValue;

        Trap(receiver);

        Assert.Equal(1 + 3, _code.Made);
        Assert.True(receiver.IsStopped);
        Assert.Contains("no memory today", Assert.Single(Events<ComponentStopped>()).Reason, StringComparison.Ordinal);
    }

    /// <summary>As often as it may be tried, it is tried in a loop: the stack does not grow.</summary>
    [Fact]
    public void Deliver_ManyFailuresInARow_NeedNoStack()
    {
        ComponentReceiver receiver = Make(max: 30_000);
        _code.FailuresToCome = 20_000;

        Thread thread = new(() => Trap(receiver), maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();

        Assert.False(receiver.IsStopped);
        Assert.Equal(20_002, _code.Made);
    }

    [Fact]
    public void TryAccept_WhilePaused_WakesNobodyBeforeTheRestart()
    {
        FakeTimeProvider time = new();
        ComponentReceiver receiver = Make(max: 4, pause: TimeSpan.FromSeconds(1), time);
        Trap(receiver);

        for (int i = 0; i < 3; i++)
        {
            receiver.TryAccept(0, [1]);
        }

        Assert.Empty(_parts.Ready);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(receiver, Assert.Single(_parts.Ready));
    }

    /// <summary>Replaced in the last moment: the old version traps when it has no restart left, and the new one is there.</summary>
    [Fact]
    public void Deliver_ReplacedDuringTheLastTrap_TheNewVersionTakesOver()
    {
        ComponentReceiver receiver = Make(max: 0);
        FailingCode next = new();
        _code.MeanwhileDelivering = () => receiver.TryReplace(next, new(), () => { });

        Trap(receiver);

        Assert.False(receiver.IsStopped);
        Assert.DoesNotContain(Events<HostEvent>(), happened => happened is ComponentStopped or ComponentRestarted);
        // The options of the new version give it restarts.
        Trap(receiver);
        Assert.Equal((1, 2), (_code.Made, next.Made));
        Assert.False(receiver.IsStopped);
    }

    [Fact]
    public void Close_WhilePaused_WakesAWorker()
    {
        ComponentReceiver receiver = Make(max: 4, pause: TimeSpan.FromSeconds(1), new FakeTimeProvider());
        Trap(receiver);

        receiver.Close("it was removed");

        Assert.Same(receiver, Assert.Single(_parts.Ready));
    }

    private ComponentReceiver Make(int max, TimeSpan pause = default, TimeProvider? time = null)
    {
        ComponentOptions options = new()
        {
            Restart = new() { Max = max, Pause = pause },
        };
        Participant self = new("guest", _parts.Directory.NumberOf("guest"), [], options, allowance: null);
        HostServices services = _parts.Services with { Time = time ?? TimeProvider.System };
        return new(self, _code, options, services, () => { });
    }

    private static void Trap(ComponentReceiver receiver)
    {
        Assert.Equal(SendStatus.Accepted, receiver.Mailbox.TryEnqueue(0, [1]));
        receiver.Begin();
        Assert.Equal(1, receiver.Deliver(10));
        receiver.End();
    }

    private IEnumerable<T> Events<T>()
        where T : HostEvent
    {
        while (_events.TryRead(out HostEvent? happened))
        {
            if (happened is T wanted)
            {
                yield return wanted;
            }
        }
    }

    private sealed class FailingCode : GuestCode
    {
        public int FailuresToCome { get; set; }

        public int Made { get; private set; }

        public Action MeanwhileDelivering { get; set; } = () => { };

        public override Guest Instantiate(IGuestHost host, LimitOptions limits)
        {
            Made++;
            return FailuresToCome-- > 0 ? throw new ComponentLoadException("no memory today") : new TrappingGuest(this);
        }

        public override string DescribeRejection(int answer) => "";

        public override void Dispose() { }
    }

    private sealed class TrappingGuest(FailingCode code) : Guest
    {
        public override Delivery Deliver(Mailbox mailbox, int quota)
        {
            code.MeanwhileDelivering();
            return new(0, 0, new(Outcome.Trapped, "it trapped"));
        }

        public override Delivery DeliverReply(GuestReply reply) => throw new NotSupportedException("It asks nobody.");

        public override int Answer(int index, out uint sender, out int length)
        {
            sender = 0;
            length = 0;
            return 0;
        }

        public override void Dispose() { }
    }
}
