using FireAndForget.Testing;

namespace FireAndForget.Tests.Snippets;

/// <summary>The blocks of docs/test-kit.md.</summary>
internal static class TestKit
{
    public static async Task OneComponentAsync()
    {
        #region test-component
        await using ComponentTest mirror = new("mirror.wasm", new() { SendsTo = ["test"] });

        (await mirror.SendAsync("hello")).AssertHandled();

        mirror.AssertSent("test", "olleh");
        mirror.AssertSentNothing();
        #endregion
    }

    public static async Task ManyComponentsAsync()
    {
        #region test-host
        await using TestHost host = new();
        host.AddComponent("mirror", "mirror.wasm", new() { SendsTo = ["client"] });
        host.AddComponent("crc", "crc.wasm", new() { Restart = new() { Pause = TimeSpan.FromSeconds(5) } });
        RecordingEndpoint client = host.AddEndpoint("client");

        SendResult result = await client.SendAsync("crc", new byte[] { 1, 2, 3 });

        result.AssertOutcome(Outcome.Trapped, "unreachable"); // a rejection, a time-out, a refusal in the same way
        await host.AdvanceAsync(TimeSpan.FromSeconds(10)); // the clock is the test's
        host.AssertRestarted("crc");
        host.AssertMetric("messaging.client.sent.messages", 1, ("messaging.destination.name", "crc"));
        client.AssertReceivedNothing();
        Console.WriteLine(host.Snapshot); // all that happened, the same in each run
        #endregion
    }
}
