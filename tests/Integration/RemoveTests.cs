using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Removing components and endpoints: what becomes of their messages, and who is reached under the id afterwards.</summary>
public class RemoveTests
{
    [Fact]
    public async Task Remove_WithMessagesWaiting_TheyAreUndeliverable()
    {
        await using TestHost host = new(workers: 0);
        Component basic = host.Add("basic", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        client.Send("basic", [1]);
        client.Send("basic", new byte[50_000]);

        Assert.True(host.Host.Remove("basic"));
        Assert.False(host.Host.Remove("basic"));
        Assert.False(basic.Remove());
        Assert.True(basic.IsStopped);
        Assert.Equal(SendStatus.TargetNotFound, client.Send("basic", [1]));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(basic.Statistics, undeliverable: 2);
        Assert.Equal([1, 50_000], host.DeadLetters.Select(d => d.Length));
        Assert.All(host.DeadLetters, d => Assert.Equal("its receiver was removed", d.Reason));
    }

    [Fact]
    public async Task Remove_ByItsOwnHandler_TheMessageAtHandIsTheLast()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = null!;
        client = host.Host.AddEndpoint("client", _ => client.Remove());
        for (int i = 0; i < 10; i++)
        {
            client.Send("client", [1]);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(client.Statistics, handled: 1, undeliverable: 9);
    }

    [Fact]
    public async Task Remove_ThenAddAgain_TheNewOneIsReached()
    {
        await using TestHost host = new();
        MessagingEndpoint client = host.AddSender();
        PreparedSender prepared = client.Prepare("basic");
        for (int i = 0; i < 20; i++)
        {
            Component basic = host.Add("basic", TestFiles.Basic);
            Assert.Equal(SendStatus.Accepted, prepared.Send([1]));
            Assert.Equal(SendStatus.Accepted, client.Send("basic", [1]));
            await host.SettleAsync();
            AccountingAssert.AssertEnded(basic.Statistics, handled: 2);
            basic.Remove();
            Assert.Equal(SendStatus.TargetNotFound, prepared.Send([1]));
        }
    }

    [Fact]
    public async Task AddAndRemove_WhileSendersRun_NothingIsLost()
    {
        await using TestHost host = new(workers: 2);
        MessagingEndpoint client = host.AddInbox("client", out _);
        bool done = false;

        Task sending = Parallelly.RunAsync(
            2,
            _ =>
            {
                while (!Volatile.Read(ref done))
                {
                    client.Send("comes-and-goes", Payload.Echo(100));
                    client.Send("comes-and-goes", Payload.Echo(40_000));
                }
            }
        );
        for (int i = 0; i < 40; i++)
        {
            Component component = host.Add("comes-and-goes", TestFiles.HandleMessage, new() { SendsTo = ["client"] });
            await TestHost.UntilAsync(() => component.Statistics.Handled > 3, "the new component handles something");
            component.Remove();
        }

        Volatile.Write(ref done, true);
        await sending;
        HostStatistics statistics = await host.SettleAsync();
        Assert.Equal(statistics.Accepted, statistics.Handled + statistics.Undeliverable);
        Assert.True(statistics.Handled > 100);
    }
}
