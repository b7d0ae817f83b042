using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Routing;

/// <summary>A target whose mailbox closes between a send's look at its route and the message: with a successor, and without.</summary>
public sealed class SendToSuccessorTests : IDisposable
{
    private readonly Moving _moving = new();
    private readonly Parts _parts;

    public SendToSuccessorTests()
    {
        MessageContexts contexts = new(new(delivery: null, TimeProvider.System), TimeProvider.System);
        _parts = new(new(contexts) { Fallback = _moving });
    }

    public void Dispose() => _parts.Dispose();

    public static TheoryData<string> Ways => ["plain", "rate", "awaited"];

    /// <summary>The send waits for the moment in which the successor is not there yet, however long that is.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void Send_TargetMovesMeanwhile_GoesToItsSuccessor(string way)
    {
        Participant before = _parts.Make("target");
        before.Target.HasSuccessor = true;
        before.Target.Mailbox.Close();
        _moving.Before = before;
        _moving.After = _parts.Make("target");
        _moving.Looks = 100;
        MessageSender sender = MakeSender(way);

        Assert.Equal(SendStatus.Accepted, Send(sender, way));

        Assert.Equal(1, _moving.After.Target.Mailbox.Count);
        Assert.Equal(0, sender.Refused);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Send_TargetClosesMeanwhileAndNobodyFollows_IsRefusedAsClosed(string way)
    {
        Participant target = _parts.Add("target");
        MessageSender sender = MakeSender(way);
        Assert.Equal(SendStatus.Accepted, Send(sender, way));

        target.Target.Mailbox.Close();

        Assert.Equal(SendStatus.Closed, Send(sender, way));
        Assert.Equal((1, 1), (sender.Refused, sender.CountRefused(SendStatus.Closed)));
    }

    private MessageSender MakeSender(string way)
    {
        RateOptions? rate = way == "rate" ? new() { MessagesPerSecond = 1, Burst = 9 } : null;
        SendAllowance? allowance = SendAllowance.Create(rate, new(), TimeProvider.System);
        return new(_parts.Registry, _parts.Add("sender", allowance: allowance), _parts.Events);
    }

    private static SendStatus Send(MessageSender sender, string way) =>
        way == "awaited" ? sender.Send("target", [1], new FateWaiter()) : sender.Send("target", [1]);

    /// <summary>Finds one target for so many looks, and then its successor.</summary>
    private sealed class Moving : ITargetResolver
    {
        public Participant? Before { get; set; }

        public Participant? After { get; set; }

        public int Looks { get; set; }

        public Participant? Resolve(string id) =>
            id != "target" ? null
            : Looks-- > 0 ? Before
            : After;
    }
}
