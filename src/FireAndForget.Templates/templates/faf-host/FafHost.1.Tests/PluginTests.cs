using FireAndForget;
using FireAndForget.Testing;

namespace Service.Tests;

/// <summary>The plug-ins under the test kit, with the rights that the service gives them.</summary>
public sealed class PluginTests
{
    private static readonly string Mirror = Path.Combine(AppContext.BaseDirectory, "plugins", "mirror.wat");

    [Fact]
    public async Task Mirror_AMessageOverHttp_AnswersItReversed()
    {
        await using TestHost host = new();
        host.AddComponent("mirror", Mirror, new() { SendsTo = ["http"] });
        RecordingEndpoint http = host.AddEndpoint("http");

        (await http.SendAsync("mirror", "hello")).AssertHandled();

        http.AssertReceived("olleh", "mirror");
        host.AssertNothingFailed();
    }

    [Fact]
    public async Task Mirror_AMessageOfAnother_MayNotBeAnswered()
    {
        await using TestHost host = new();
        host.AddComponent("mirror", Mirror, new() { SendsTo = ["http"] });
        RecordingEndpoint other = host.AddEndpoint("other");

        (await other.SendAsync("mirror", "hello")).AssertOutcome(Outcome.Rejected);

        host.AssertRefused("mirror", "other", SendStatus.CapabilityDenied);
        other.AssertReceivedNothing();
    }
}
