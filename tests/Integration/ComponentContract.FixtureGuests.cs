using Xunit;

namespace FireAndForget.Tests;

// What the fixtures in C and Rust do, as their READMEs say.
public abstract partial class ComponentContract
{
    [Fact]
    public async Task CMirror_Message_ComesBackReversed()
    {
        await using TestHost host = new(runtime: runtime);
        host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        client.Send("mirror", "hello"u8);
        await host.SettleAsync();

        Received answer = Assert.Single(inbox.Received);
        Assert.Equal("mirror", answer.Sender);
        Assert.Equal("olleh"u8.ToArray(), answer.Bytes);
    }

    [Fact]
    public async Task CMirror_AskedForItsId_SendsTheOneThatTheHostGave()
    {
        await using TestHost host = new(runtime: runtime);
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
    public async Task CMirror_SendThatIsRefused_IsRejectedAndTheReasonIsTold(string message, SendStatus status)
    {
        await using TestHost host = new(runtime: runtime);
        Component mirror = host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["client"] });
        host.AddInbox("other", out _);

        host.AddSender().Send("mirror", Convert.FromHexString(message));
        HostStatistics statistics = await host.SettleAsync();

        AccountingAssert.AssertEnded(mirror.Statistics, rejected: 1);
        Assert.Equal(1, mirror.SendsRefused);
        Assert.Equal(1, statistics.Refused);
        Assert.Equal(status, Assert.Single(host.Events.OfType<SendRefused>()).Status);
        Assert.Equal("handle-message returned an error", Assert.Single(host.DeadLetters).Reason);
    }

    [Theory]
    [InlineData("FEEDA080", false)]
    [InlineData("FF00", true)]
    public async Task CMirror_BadTextOrUnreachable_EndsAsItsReadmeSays(string message, bool traps)
    {
        await using TestHost host = new(runtime: runtime);
        Component mirror = host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["*"] });

        host.AddSender().Send("mirror", Convert.FromHexString(message));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(mirror.Statistics, rejected: traps ? 0 : 1, trapped: traps ? 1 : 0);
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
        await using TestHost host = new(runtime: runtime);
        Component receiver = host.Add("receiver", TestFiles.RustReceiver);

        host.AddSender().Send("receiver", Convert.FromHexString(message));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(receiver.Statistics, handled: isRight ? 1 : 0, rejected: isRight ? 0 : 1);
    }
}
