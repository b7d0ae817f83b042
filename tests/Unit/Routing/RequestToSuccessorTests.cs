using FireAndForget.Accounting;
using FireAndForget.Routing;
using FireAndForget.Time;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>A responder that moves while a guest's request is on its way to it.</summary>
public sealed class RequestToSuccessorTests : IDisposable
{
    private readonly Parts _parts = new();
    private readonly HookedTime _time = new();
    private readonly Registry _registry = new(new MessageContexts(new(null, TimeProvider.System), TimeProvider.System));

    public void Dispose() => _parts.Dispose();

    /// <summary>A send went to the successor, and a request was refused as closed.</summary>
    [Fact]
    public void Request_ResponderMovesMeanwhile_GoesToItsSuccessor()
    {
        Participant moving = _parts.Make("responder");
        Participant successor = _parts.Make("responder");
        _registry.TryAdd(moving);
        MessageSender asking = Asker();
        // The rate is looked at when the route is decided, and before the message comes to the mailbox.
        _time.Hook = () =>
        {
            _registry.TryRemove("responder", out _);
            moving.Target.HasSuccessor = true;
            Parts.ReceiverOf(moving).Close("it has moved");
            _registry.TryAdd(successor);
        };

        SendStatus? status = asking.Request("responder"u8, [1], TimeSpan.FromSeconds(1), out ulong number);

        Assert.Equal(SendStatus.Accepted, status);
        Assert.NotEqual(0u, number);
        Assert.Equal((0, 1), (moving.Target.Mailbox.Count, successor.Target.Mailbox.Count));
        Assert.Equal((1, 0), (asking.Requests!.Count, asking.Refused));
    }

    private MessageSender Asker()
    {
        Participant self = new(
            "asker",
            _parts.Directory.NumberOf("asker"),
            ["*"],
            new ComponentOptions(),
            SendAllowance.Create(new() { MessagesPerSecond = 1000, Burst = 100 }, new(), _time)
        );
        DeadlineQueue deadlines = new(TimeProvider.System, e => Assert.Fail(e.Message));
        return new(_registry, self, _parts.Events)
        {
            Requests = new(self, most: 10, new Ledger(), deadlines, _parts.Events),
        };
    }

    /// <summary>A clock that does something, once, when it is read.</summary>
    private sealed class HookedTime : FakeTimeProvider
    {
        public Action? Hook { get; set; }

        public override long GetTimestamp()
        {
            Action? hook = Hook;
            Hook = null;
            hook?.Invoke();
            return base.GetTimestamp();
        }
    }
}
