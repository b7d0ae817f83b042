using Xunit;

namespace FireAndForget.Tests;

/// <summary>Mirrors in JavaScript. They bring their engine, so they are built on demand and take seconds to compile.</summary>
public sealed class JavaScriptGuestTests(JavaScriptHost host) : IClassFixture<JavaScriptHost>
{
    [Theory]
    [InlineData("js-mirror.wasm")]
    [InlineData("js-mirror-pure.wasm")]
    [InlineData("js-mirror-quickjs.wasm")]
    public async Task JsMirror_AnyMessage_ComesBackReversed(string file)
    {
        Component mirror = host.Add(file);
        MessagingEndpoint client = host.AddInbox($"client/{file}", out Inbox inbox);
        byte[][] messages =
        [
            [],
            [7],
            "hello"u8.ToArray(),
            Payload.Bytes(100_001),
        ];
        foreach (byte[] message in messages)
        {
            Assert.Equal(SendStatus.Accepted, client.Send(mirror.Id, message));
        }

        await host.SettleAsync();

        Assert.Equal(messages.Select(m => m.Reverse().ToArray()), inbox.Received.Select(m => m.Bytes));
    }

    [Theory]
    [InlineData("js-mirror.wasm")]
    [InlineData("js-mirror-pure.wasm")]
    [InlineData("js-mirror-quickjs.wasm")]
    public async Task JsMirror_SendIsRefused_ThrowsAndSoRejects(string file)
    {
        Component mirror = host.Add(file);
        MessageStatistics before = mirror.Statistics;
        MessagingEndpoint stranger = host.AddInbox($"stranger/{file}", out Inbox inbox);
        stranger.Send(mirror.Id, "hello"u8);

        await host.SettleAsync();

        MessageStatistics after = mirror.Statistics;
        Assert.Equal((1, 0), (after.Rejected - before.Rejected, after.Trapped - before.Trapped));
        Assert.Empty(inbox.Received);
    }
}
