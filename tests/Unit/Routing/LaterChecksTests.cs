using FireAndForget.Routing;
using FireAndForget.Time;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>The checks of a later message when it is given: its target may still come, whatever else is wrong is said at once.</summary>
public sealed class LaterChecksTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Parts _parts = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DeadlineQueue _deadlines;
    private readonly MessageSender _sender;

    public LaterChecksTests()
    {
        _deadlines = new(_time, _ => { });
        LaterSchedule schedule = new(_deadlines, _ => { });
        SendAllowance allowance = SendAllowance.Create(new() { MessagesPerSecond = 1, Burst = 1 }, new(), _time)!;
        Participant self = _parts.Add("self", ["narrow", "to-come"], allowance: allowance);
        _sender = new(_parts.Registry, self, _parts.Events) { Later = new(schedule, new(), () => 10) };
        _parts.Add(
            "narrow",
            options: new()
            {
                MaxMessageBytes = 4,
                Mailbox = new() { Messages = 1 },
            }
        );
        _parts.Add("forbidden");
    }

    public void Dispose()
    {
        _deadlines.Dispose();
        _parts.Dispose();
    }

    [Theory]
    [InlineData("narrow", 4, SendStatus.Accepted)]
    [InlineData("narrow", 5, SendStatus.PayloadTooLarge)]
    [InlineData("to-come", 5, SendStatus.Accepted)]
    [InlineData("unknown", 4, SendStatus.CapabilityDenied)]
    [InlineData("forbidden", 4, SendStatus.CapabilityDenied)]
    [InlineData("No Id", 4, SendStatus.InvalidMessage)]
    public void SendLater_Target_IsCheckedAsFarAsItIsKnown(string target, int length, SendStatus expected)
    {
        Assert.Equal(expected, _sender.SendLater(target, new byte[length], Hour, out long number));

        Assert.Equal(expected == SendStatus.Accepted, number != 0);
        Assert.Equal(expected == SendStatus.Accepted ? 0 : 1, _sender.CountRefused(expected));
    }

    /// <summary>A sender with later messages gives the token of what is refused for room back as another does.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Send_RefusedForRoom_GivesItsTokenBack(bool hasLater)
    {
        if (hasLater)
        {
            Assert.Equal(SendStatus.Accepted, _sender.SendLater("narrow", [1], Hour, out _));
        }

        Participant narrow = _parts.Registry.Find("narrow")!;
        Assert.Equal(SendStatus.Accepted, narrow.Target.TryAccept(narrow.Number, [1]));
        Assert.Equal(SendStatus.QueueFull, _sender.Send("narrow", [1]));
        narrow.Target.Mailbox.TryPeek(0, out _, out _);
        narrow.Target.Mailbox.Release(1);

        Assert.Equal(SendStatus.Accepted, _sender.Send("narrow", [1]));
        Assert.Equal(SendStatus.RateLimited, _sender.Send("narrow", [1]));
    }
}
