using System.Buffers.Binary;
using System.Text;
using FireAndForget.Tests.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>A component whose C library lives on WASI, as wasi-libc and its adapter make it.</summary>
public abstract class WasiGuestContract(GuestRuntime runtime)
{
    private protected static readonly ComponentOptions MayAnswer = new()
    {
        SendsTo = ["client"],
        Wasi = new()
        {
            Environment = new Dictionary<string, string> { ["COLOUR"] = "grün", ["EMPTY"] = "" },
            Arguments = ["guest"],
        },
    };

    [Theory]
    [MemberData(nameof(TestHost.Modes), MemberType = typeof(TestHost))]
    public async Task CWasi_AnyMessage_IsMirrored(int workers)
    {
        await using TestHost host = new(workers, runtime: runtime);
        MessagingEndpoint client = AddGuest(host, out Inbox inbox);
        byte[] large = Payload.Bytes(500_000);
        client.Send("guest", "hello"u8);
        client.Send("guest", large);

        await host.SettleAsync();

        Assert.Equal(["olleh"u8.ToArray(), [.. large.Reverse()]], inbox.Received.Select(m => m.Bytes));
    }

    [Theory]
    [InlineData("!vCOLOUR", "grün")]
    [InlineData("!vEMPTY", "")]
    [InlineData("!vPATH", "")]
    public async Task CWasi_GetEnv_SeesWhatIsGranted(string message, string answer)
    {
        Assert.Equal(answer, Encoding.UTF8.GetString(await AskAsync(message)));
    }

    [Theory]
    [InlineData("!i", -1)] // the end of standard input
    [InlineData("!f/etc/passwd", 76)] // ENOTCAPABLE
    public async Task CWasi_InputAndFiles_AreNotThere(string message, long answer)
    {
        Assert.Equal(answer, BinaryPrimitives.ReadInt64LittleEndian(await AskAsync(message)));
    }

    [Fact]
    public async Task CWasi_Random_IsOtherEachTime()
    {
        Assert.NotEqual(await AskAsync("!r"), await AskAsync("!r"));
    }

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
            await using MessagingHost host = new(
                new()
                {
                    Workers = 0,
                    RandomSeed = run.seed,
                    PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
                }
            );
            host.AddComponent(run.id, TestFiles.PathOf(TestFiles.CWasi), MayAnswer);
            MessagingEndpoint client = host.AddEndpoint("client", message => drawn.Add(message.Bytes.ToArray()));
            client.Send(run.id, "!r"u8);
            host.Pump();
        }

        Assert.Equal(isSame, drawn[0].AsSpan().SequenceEqual(drawn[1]));
    }

    [Theory]
    [InlineData("!x0", "it ended itself: exit with success")]
    [InlineData("!x3", "it ended itself: exit with failure")]
    [InlineData(
        "!a",
        "wasm trap: wasm `unreachable` instruction executed; it wrote no reason: abort() in C and Environment.FailFast(null) in C# end like this"
    )]
    public async Task CWasi_EndsItself_TrapsAndAFreshOneGoesOn(string message, string reason)
    {
        await using TestHost host = new(runtime: runtime);
        MessagingEndpoint client = AddGuest(host, out Inbox inbox);
        client.Send("guest", Encoding.UTF8.GetBytes(message));
        client.Send("guest", "next"u8);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        // What a guest wrote before it trapped, the direct runtime alone knows.
        string told = runtime == GuestRuntime.Direct ? reason : reason.Split("; it wrote")[0];
        Assert.Equal((Outcome.Trapped, told), (letter.Outcome, letter.Reason));
        Assert.Equal("txen"u8.ToArray(), Assert.Single(inbox.Received).Bytes);
    }

    [Fact]
    public async Task CWasi_SleepsLongerThanItsBudget_TimesOut()
    {
        await using TestHost host = new(runtime: runtime);
        ComponentOptions hasty = MayAnswer.With(o =>
            o.Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(20) }
        );
        MessagingEndpoint client = AddGuest(host, out Inbox inbox, hasty);
        client.Send("guest", "!s60000"u8);
        client.Send("guest", "next"u8);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal((Outcome.TimedOut, "it took more than its budget of 20 ms"), (letter.Outcome, letter.Reason));
        Assert.Single(inbox.Received);
    }

    [Fact]
    public async Task CWasi_SleepsWhileTheHostStops_IsInterrupted()
    {
        await using TestHost host = new(runtime: runtime);
        MessagingEndpoint client = AddGuest(
            host,
            out _,
            MayAnswer.With(o => o.Limits = new() { MessageTimeout = TimeSpan.Zero })
        );
        client.Send("guest", "!s600000"u8);
        await TestHost.UntilAsync(() => host.Statistics.InFlight == 1, "the guest sleeps");

        await host.StopAsync(TimeSpan.Zero);

        Assert.Equal(1, host.Statistics.Undeliverable);
    }

    [Fact]
    public async Task CWasi_WritesLines_AreInTheHostsLog()
    {
        ListLogger log = new();
        await using MessagingHost host = new(
            new()
            {
                Workers = 0,
                Logger = log,
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
            }
        );
        host.AddComponent("guest", TestFiles.PathOf(TestFiles.CWasi), MayAnswer);
        MessagingEndpoint client = host.AddEndpoint("client", _ => { });
        client.Send("guest", "!oto whom it concerns"u8);
        client.Send("guest", "!ean error"u8);

        host.Pump();

        Assert.Equal(
            ["guest wrote to stdout: to whom it concerns", "guest wrote to stderr: an error"],
            log.Of(400).Select(line => line.Text)
        );
    }

    private protected async Task<byte[]> AskAsync(
        string message,
        TimeProvider? time = null,
        ComponentOptions? options = null
    )
    {
        await using TestHost host = new(workers: 0, time, runtime: runtime);
        MessagingEndpoint client = AddGuest(host, out Inbox inbox, options);
        client.Send("guest", Encoding.UTF8.GetBytes(message));
        await host.SettleAsync();
        Assert.Empty(host.DeadLetters);
        return Assert.Single(inbox.Received).Bytes;
    }

    private protected static MessagingEndpoint AddGuest(
        TestHost host,
        out Inbox inbox,
        ComponentOptions? options = null
    )
    {
        host.Add("guest", TestFiles.CWasi, options ?? MayAnswer);
        return host.AddInbox("client", out inbox);
    }
}
