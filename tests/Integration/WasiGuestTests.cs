using Xunit;

namespace FireAndForget.Tests;

/// <summary>WASI as the host gives it itself.</summary>
public sealed class WasiGuestTests() : WasiGuestContract(GuestRuntime.Direct)
{
    /// <summary>Each sleep makes a pollable: many more than it may hold at a time.</summary>
    [Fact]
    public async Task CWasi_SleepsVeryOften_GivesItsHandlesBack()
    {
        await using TestHost host = new(workers: 0);
        MessagingEndpoint client = AddGuest(host, out _);
        for (int i = 0; i < 12_000; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("guest", "!s0"u8));
            host.Host.Pump();
        }

        Assert.Equal(12_000, (await host.SettleAsync()).Handled);
    }

    /// <summary>With guests from other toolchains beside the repository, each takes a message without a trap.</summary>
    [Fact]
    public async Task SharedGuests_AMessage_IsHandledOrRejected()
    {
        string folder = TestFiles.Shared("guests") ?? "";
        Assert.SkipWhen(folder.Length == 0, "There are no guests beside the repository.");
        await using TestHost host = new();
        ComponentOptions roomy = new()
        {
            SendsTo = ["*"],
            Limits = new() { MemoryBytes = 1L << 30, MessageTimeout = TimeSpan.Zero },
        };
        MessagingEndpoint client = host.AddInbox("client", out _);
        foreach (string file in Directory.EnumerateFiles(folder, "*.wasm"))
        {
            string id = Path.GetFileNameWithoutExtension(file);
            Assert.Equal(GuestRuntime.Direct, ComponentInspection.Of(ComponentSource.FromFile(file)).Runtime);
            host.Host.AddComponent(id, file, roomy);
            Assert.Equal(SendStatus.Accepted, client.Send(id, "hello"u8));
        }

        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal(statistics.Accepted, statistics.Handled + statistics.Rejected);
    }
}
