using Xunit;

namespace FireAndForget.Tests;

/// <summary>A component and an endpoint that stand beside a hostile guest from the start, and must not notice it.</summary>
internal sealed class InnocentNeighbour
{
    private readonly TestHost _host;
    private readonly Component _mirror;
    private readonly MessagingEndpoint _friend;
    private readonly Inbox _inbox;

    public InnocentNeighbour(TestHost host)
    {
        _host = host;
        _mirror = host.Add("innocent", TestFiles.CMirror, new() { SendsTo = ["friend"] });
        _friend = host.AddInbox("friend", out _inbox);
        _friend.Send("innocent", "before"u8);
    }

    public async Task AssertWorksAsync()
    {
        _friend.Send("innocent", "after"u8);
        await _host.SettleAsync();

        Assert.Equal(["erofeb", "retfa"], _inbox.Received.Select(r => System.Text.Encoding.ASCII.GetString(r.Bytes)));
        AccountingAssert.AssertEnded(_mirror.Statistics, handled: 2);
    }
}
