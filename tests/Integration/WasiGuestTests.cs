using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>WASI as the host gives it itself: also its clock, and random bytes that can be repeated.</summary>
public sealed class WasiGuestTests() : WasiGuestContract(GuestRuntime.Direct)
{
    [Fact]
    public async Task CWasi_Clocks_AreTheHosts()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

        byte[] wall = await AskAsync("!t", time);
        byte[] passed = await AskAsync("!m", time);

        Assert.Equal(20_000 * 86_400 * 1_000_000_000L, BinaryPrimitives.ReadInt64LittleEndian(wall));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(passed));
    }

    [Theory]
    [InlineData(7UL, "guest", true)]
    [InlineData(8UL, "guest", false)]
    [InlineData(7UL, "guest2", false)]
    public async Task CWasi_RandomWithASeed_DependsOnItAndTheId(ulong seed, string id, bool isSame)
    {
        List<byte[]> drawn = [];
        foreach ((ulong seed, string id) run in new[] { (7UL, "guest"), (seed, id) })
        {
            await using MessagingHost host = new(new() { Workers = 0, RandomSeed = run.seed });
            host.AddComponent(run.id, TestFiles.PathOf(TestFiles.CWasi), MayAnswer);
            Endpoint client = host.AddEndpoint("client", message => drawn.Add(message.Bytes.ToArray()));
            client.Send(run.id, "!r"u8);
            host.Pump();
        }

        Assert.Equal(isSame, drawn[0].AsSpan().SequenceEqual(drawn[1]));
    }

    /// <summary>Each sleep makes a pollable: many more than it may hold at a time.</summary>
    [Fact]
    public async Task CWasi_SleepsVeryOften_GivesItsHandlesBack()
    {
        await using TestHost host = new(workers: 0);
        Endpoint client = AddGuest(host, out _);
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
            Limits = new() { MemoryBytes = 1L << 30, MessageTime = TimeSpan.Zero },
        };
        Endpoint client = host.AddInbox("client", out _);
        foreach (string file in Directory.EnumerateFiles(folder, "*.wasm"))
        {
            string id = Path.GetFileNameWithoutExtension(file);
            Assert.Equal(GuestRuntime.Direct, ComponentInspection.Of(ComponentSource.FromFile(file)).Runtime);
            host.Host.AddComponent(id, file, roomy);
            Assert.Equal(SendStatus.Accepted, client.Send(id, "hello"u8));
        }

        HostStatistics books = await host.SettleAsync();

        Assert.Equal(books.Accepted, books.Handled + books.Rejected);
    }
}
