using System.Text;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Time;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>Messages whose outcome somebody waits for, and requests of guests: their checks, and what a refusal says and leaves.</summary>
public sealed class AwaitedSendTests : IDisposable
{
    private const int MostRequests = 2;

    private readonly Parts _parts;
    private readonly DeadlineQueue _deadlines = new(new FakeTimeProvider(), _ => { });
    private readonly EventSubscription _events;
    private readonly MessageSender _sender;
    private readonly OpenRequests _requests;

    public AwaitedSendTests()
    {
        MessageContexts contexts = new(new(delivery: null, TimeProvider.System), TimeProvider.System);
        _parts = new(new(contexts));
        _events = _parts.Events.Subscribe(100);
        Participant self = _parts.Add("asker", sendsTo: ["target", "small"]);
        _requests = new(self, MostRequests, new(), _deadlines, _parts.Events);
        _sender = new(_parts.Registry, self, _parts.Events) { Requests = _requests };
        _parts.Add("target");
        _parts.Add("small", options: new() { Mailbox = new() { Messages = 1 } });
        _parts.Add("forbidden");
    }

    public void Dispose()
    {
        _events.Dispose();
        _deadlines.Dispose();
        _parts.Dispose();
    }

    [Fact]
    public void Send_Awaited_IsCountedWhereItIsRefused()
    {
        Assert.Equal(SendStatus.Accepted, _sender.Send("target", [1], new FateWaiter()));
        Assert.Equal(0, _sender.Refused);
        Assert.False(_events.TryRead(out _));

        Assert.Equal(SendStatus.CapabilityDenied, _sender.Send("forbidden", [1], new FateWaiter()));
        Assert.Equal((1, 1), (_sender.Refused, _sender.CountRefused(SendStatus.CapabilityDenied)));
        Assert.True(_events.TryRead(out _));
    }

    [Fact]
    public void Send_AwaitedAfterAChange_IsDecidedAnew()
    {
        Assert.Equal(SendStatus.Accepted, _sender.Send("target", [1], new FateWaiter()));

        _parts.Registry.ChangeCapability("asker", Capability.SendsTo, "target", isGranted: false);

        Assert.Equal(SendStatus.CapabilityDenied, _sender.Send("target", [1], new FateWaiter()));
    }

    /// <summary>A message that nothing could tell the outcome of must not be accepted: its sender would wait for ever.</summary>
    [Fact]
    public void Send_AwaitedWhereItCanHaveNoContext_IsRefusedAsFull()
    {
        using Parts parts = new();
        MessageSender sender = new(parts.Registry, parts.Add("sender"), parts.Events);
        Participant target = parts.Add("target");

        Assert.Equal(SendStatus.QueueFull, sender.Send("target", [1], new FateWaiter()));

        Assert.Equal(0, target.Target.Mailbox.Count);
    }

    [Fact]
    public void Request_ToWhatIsNoUtf8_IsNothing()
    {
        Assert.Null(_sender.Request([0xC3], [1], TimeSpan.FromSeconds(1), out ulong number));

        Assert.Equal((0UL, 0), (number, _requests.Count));
    }

    [Fact]
    public void Request_AfterAChange_IsDecidedAnew()
    {
        Assert.Equal((SendStatus.Accepted, 1UL), Request("target"));

        _parts.Registry.ChangeCapability("asker", Capability.SendsTo, "target", isGranted: false);

        Assert.Equal((SendStatus.CapabilityDenied, 0UL), Request("target"));
        _parts.Registry.ChangeCapability("asker", Capability.SendsTo, "target", isGranted: true);
        Assert.Equal((SendStatus.Accepted, 2UL), Request("target"));
    }

    [Fact]
    public void Request_AsManyAsMayAreOpen_SaysSo()
    {
        for (int i = 0; i < MostRequests; i++)
        {
            Assert.Equal(SendStatus.Accepted, Request("target").Status);
        }

        Assert.Equal((SendStatus.QueueFull, 0UL), Request("target"));

        Assert.Equal("'asker' has 2 requests open, as many as it may", ReadReason());
        Assert.Equal(MostRequests, _requests.Count);
        // What is refused for another reason says nothing of requests.
        Assert.Equal(SendStatus.CapabilityDenied, Request("forbidden").Status);
        Assert.Equal("", ReadReason());
    }

    [Fact]
    public void Request_ToAFullMailbox_SaysNothingOfRequestsAndIsNotOpen()
    {
        Assert.Equal(SendStatus.Accepted, _sender.Send("small", [1]));

        Assert.Equal((SendStatus.QueueFull, 0UL), Request("small"));

        Assert.Equal("", ReadReason());
        Assert.Equal(0, _requests.Count);
    }

    /// <summary>A guest may try as often as it likes.</summary>
    [Fact]
    public void Request_Refused_AllocatesNothing()
    {
        _events.Dispose();
        Request("forbidden");

        Assert.Equal(
            0,
            Allocations.Least(() =>
                Allocations.Of(() => _sender.Request("forbidden"u8, [1], TimeSpan.FromSeconds(1), out _))
            )
        );
    }

    private (SendStatus? Status, ulong Number) Request(string target)
    {
        SendStatus? status = _sender.Request(
            Encoding.ASCII.GetBytes(target),
            [1],
            TimeSpan.FromSeconds(1),
            out ulong number
        );
        return (status, number);
    }

    private string ReadReason()
    {
        Assert.True(_events.TryRead(out HostEvent? happened));
        return Assert.IsType<SendRefused>(happened).Reason;
    }
}
