using FireAndForget.Buffers;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>A target is woken by a message that it accepts while it is idle, and by no other.</summary>
public sealed class MessageTargetTests
{
    [Theory]
    [InlineData("copied")]
    [InlineData("shared")]
    [InlineData("numbered")]
    public void TryAccept_IdleOrNotAndTakenOrNot_IsWokenOnlyWhereBoth(string way)
    {
        Assert.Equal((SendStatus.Accepted, 1), Send(new(isIdle: true), 8));
        Assert.Equal((SendStatus.Accepted, 0), Send(new(isIdle: false), 8));
        Assert.Equal((SendStatus.QueueFull, 0), Send(new(isIdle: true), Target.MostBytes + 1));
        Assert.Equal((SendStatus.QueueFull, 0), Send(new(isIdle: false), Target.MostBytes + 1));

        (SendStatus, int) Send(Target target, int length)
        {
            SharedBytes shared = SharedBytes.Copy(new byte[length]);
            SendStatus status = way switch
            {
                "shared" => target.TryAccept(1, shared),
                "numbered" => target.TryAccept(1, new byte[length], out _),
                _ => target.TryAccept(1, new byte[length]),
            };
            shared.Release();
            return (status, target.Wakes);
        }
    }

    private sealed class Target : MessageTarget
    {
        public const int MostBytes = 64;

        public Target(bool isIdle)
        {
            _state = isIdle ? Idle : Idle + 1;
            Mailbox = new RingMailbox(new() { Bytes = MostBytes });
        }

        public int Wakes { get; private set; }

        public override void Wake() => Wakes++;
    }
}
