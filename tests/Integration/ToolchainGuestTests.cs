using Xunit;

namespace FireAndForget.Tests;

/// <summary>Guests that are too large to be committed, as core modules and as a component, where they lie beside the repository.</summary>
public class ToolchainGuestTests
{
    [Theory]
    [InlineData("go-mirror-wasip1.wasm")]
    [InlineData("csharp-mirror-component.wasm")]
    [InlineData("as-mirror-wasi.wasm")]
    public async Task Mirror_AnyMessage_ComesBackReversed(string file)
    {
        string? folder = TestFiles.Shared(Path.Combine("guests", "toolchains"));
        Assert.SkipWhen(folder is null, $"{file} is not here.");
        await using TestHost host = new();
        host.Host.AddComponent("mirror", Path.Combine(folder!, file), new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[][] messages = ["hello"u8.ToArray(), [], Payload.Bytes(100_000)];
        foreach (byte[] message in messages)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("mirror", message));
        }

        await host.SettleAsync();

        Assert.Empty(host.DeadLetters);
        Assert.Equal(messages.Select(m => m.Reverse().ToArray()), inbox.Received.Select(m => m.Bytes));
    }
}
