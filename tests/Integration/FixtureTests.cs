using Xunit;

namespace FireAndForget.Tests;

/// <summary>The fixtures that the eight tests leave out, and the guests from other toolchains.</summary>
public class FixtureTests
{
    private static readonly ComponentOptions Hasty = new()
    {
        Limits = new() { MessageTime = TimeSpan.FromMilliseconds(10) },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task SlowHandler_ShortBudget_TimesOutAndIsRestarted(int workers)
    {
        await using TestHost host = new(workers);
        Component slow = host.Add("slow", TestFiles.Slow, Hasty);
        host.AddSender().Send("slow", [1, 2, 3]);

        await host.SettleAsync();

        Books.AssertEnded(slow.Statistics, timedOut: 1);
        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(("client", "slow", Outcome.TimedOut, 3), (letter.From, letter.To, letter.Outcome, letter.Length));
        Assert.Equal("it took more than its budget of 10 ms", letter.Why);
        ComponentRestarted restarted = Assert.Single(host.Events.OfType<ComponentRestarted>());
        Assert.Equal(("slow", letter.Why), (restarted.Component, restarted.Why));
        Assert.False(slow.IsStopped);
    }

    [Fact]
    public async Task SlowHandler_LongBudget_HandlesTheMessage()
    {
        await using TestHost host = new();
        ComponentOptions patient = new() { Limits = new() { MessageTime = TimeSpan.Zero } };
        Component slow = host.Add("slow", TestFiles.Slow, patient);
        host.AddSender().Send("slow", []);

        await host.SettleAsync();

        Books.AssertEnded(slow.Statistics, handled: 1);
    }

    [Fact]
    public async Task SlowHandler_MessagesBehindATimeout_GoOn()
    {
        await using TestHost host = new();
        Component slow = host.Add("slow", TestFiles.Slow, Hasty with { Restart = new() { Max = 3 } });
        Endpoint client = host.AddSender();
        for (int i = 0; i < 3; i++)
        {
            client.Send("slow", [(byte)i]);
        }

        await host.SettleAsync();

        Books.AssertEnded(slow.Statistics, timedOut: 3);
        Assert.False(slow.IsStopped);
    }

    [Fact]
    public async Task RejectingHandler_AnyMessage_IsRejectedWithItsNumber()
    {
        await using TestHost host = new();
        Component rejecting = host.Add("rejecting", TestFiles.Rejecting);
        Endpoint client = host.AddSender();
        client.Send("rejecting", [1]);
        client.Send("rejecting", []);
        client.Send("rejecting", new byte[50_000]);

        await host.SettleAsync();

        Books.AssertEnded(rejecting.Statistics, rejected: 3);
        Assert.Equal(
            [
                new("client", "rejecting", Outcome.Rejected, "handle-message returned 7", 1),
                new("client", "rejecting", Outcome.Rejected, "handle-message returned 7", 0),
                new DeadLetter("client", "rejecting", Outcome.Rejected, "handle-message returned 7", 50_000),
            ],
            host.DeadLetters
        );
    }

    [Fact]
    public async Task CMirror_Message_ComesBackReversed()
    {
        await using TestHost host = new();
        host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"] });
        Endpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("mirror", "hello"u8);
        await host.SettleAsync();

        Received answer = Assert.Single(inbox.Received);
        Assert.Equal("mirror", answer.Sender);
        Assert.Equal("olleh"u8.ToArray(), answer.Bytes);
    }

    [Fact]
    public async Task CMirror_AskedForItsId_SendsTheOneThatTheHostGave()
    {
        await using TestHost host = new();
        host.Add("the/mirror.1", TestFiles.CMirror, new() { SendsTo = ["audit"] });
        host.AddInbox("audit", out Inbox inbox);

        host.AddSender().Send("the/mirror.1", [0xFE, .. "audit"u8]);
        await host.SettleAsync();

        Assert.Equal("the/mirror.1"u8.ToArray(), Assert.Single(inbox.Received).Bytes);
    }

    [Theory]
    [InlineData("FE6E6F626F6479", SendStatus.TargetNotFound)]
    [InlineData("FE", SendStatus.InvalidMessage)]
    [InlineData("FEC3A9", SendStatus.InvalidMessage)]
    [InlineData("FE6F74686572", SendStatus.CapabilityDenied)]
    public async Task CMirror_SendThatIsRefused_IsRejectedAndTheReasonIsTold(string message, SendStatus reason)
    {
        await using TestHost host = new();
        Component mirror = host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"] });
        host.AddInbox("other", out _);

        host.AddSender().Send("mirror", Convert.FromHexString(message));
        HostStatistics books = await host.SettleAsync();

        Books.AssertEnded(mirror.Statistics, rejected: 1);
        Assert.Equal(1, mirror.SendsRefused);
        Assert.Equal(1, books.Refused);
        Assert.Equal(reason, Assert.Single(host.Events.OfType<SendRefused>()).Status);
        Assert.Equal("handle-message returned an error", Assert.Single(host.DeadLetters).Why);
    }

    [Theory]
    [InlineData("FEEDA080", false)]
    [InlineData("FF00", true)]
    public async Task CMirror_BadTextOrUnreachable_EndsAsItsReadmeSays(string message, bool traps)
    {
        await using TestHost host = new();
        Component mirror = host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["*"] });

        host.AddSender().Send("mirror", Convert.FromHexString(message));
        await host.SettleAsync();

        Books.AssertEnded(mirror.Statistics, rejected: traps ? 0 : 1, trapped: traps ? 1 : 0);
        Assert.Equal(0, mirror.SendsRefused);
    }

    [Theory]
    [InlineData("3132333435363738392639F4CB", true)]
    [InlineData("68656C6C6F86A61036", true)]
    [InlineData("00000000", true)]
    [InlineData("313233343536373839CBF43926", false)]
    [InlineData("68656C6C6F", false)]
    [InlineData("00000001", false)]
    [InlineData("000000", false)]
    [InlineData("", false)]
    public async Task RustReceiver_Message_IsHandledWhereItsChecksumIsRight(string message, bool isRight)
    {
        await using TestHost host = new();
        Component receiver = host.Add("receiver", TestFiles.RustReceiver);

        host.AddSender().Send("receiver", Convert.FromHexString(message));
        await host.SettleAsync();

        Books.AssertEnded(receiver.Statistics, handled: isRight ? 1 : 0, rejected: isRight ? 0 : 1);
    }
}
