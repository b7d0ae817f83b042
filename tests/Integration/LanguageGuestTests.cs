using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>The same mirror in each language whose guests are small enough to be committed.</summary>
public class LanguageGuestTests
{
    public static TheoryData<string> Mirrors =>
        [
            TestFiles.CMirror,
            TestFiles.CMirrorWasi,
            TestFiles.CMirrorLog,
            TestFiles.CWasi,
            TestFiles.RustMirror,
            TestFiles.WatMirror,
            .. CoreModules,
        ];

    /// <summary>With those that start with 16 MiB of memory.</summary>
    public static TheoryData<string> LargeToo =>
        [.. Mirrors.Select(row => row.Data), TestFiles.CSharpMirror, TestFiles.CppMirror];

    /// <summary>As their compilers make them by default, or nearly so.</summary>
    private static string[] CoreModules { get; } =
    [
        TestFiles.CMirrorReactor,
        TestFiles.RustMirrorWasip1,
        TestFiles.ZigMirror,
        TestFiles.SwiftMirror,
        TestFiles.AssemblyScriptMirror,
    ];

    [Theory]
    [MemberData(nameof(LargeToo))]
    public async Task Mirror_AnyMessage_ComesBackReversed(string file)
    {
        await using TestHost host = new();
        host.Add("mirror", file, new() { SendsTo = ["client"] });
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[][] messages =
        [
            [7],
            "hello"u8.ToArray(),
            [.. Enumerable.Range(0, 256).Select(i => (byte)i)],
            Payload.Bytes(500_001),
        ];
        foreach (byte[] message in messages)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("mirror", message));
        }

        await host.SettleAsync();

        Assert.Empty(host.DeadLetters);
        Assert.Equal(messages.Select(m => m.Reverse().ToArray()), inbox.Received.Select(m => m.Bytes));
    }

    /// <summary>It frees what it is given: what goes through it is many times its memory.</summary>
    [Theory]
    [MemberData(nameof(Mirrors))]
    public async Task Mirror_ManyLargeMessages_StaysWithinItsMemory(string file)
    {
        await using TestHost host = new(workers: 0);
        host.Add(
            "mirror",
            file,
            new()
            {
                SendsTo = ["client"],
                Limits = new() { MemoryBytes = 4 << 20 },
            }
        );
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[] message = Payload.Bytes(500_000);
        for (int i = 0; i < 20; i++)
        {
            client.Send("mirror", message);
            host.Host.Pump();
        }

        await host.SettleAsync();

        Assert.Empty(host.DeadLetters);
        Assert.Equal(20, inbox.Count);
    }

    [Theory]
    [MemberData(nameof(LargeToo))]
    public async Task Mirror_SendIsRefused_RejectsTheMessage(string file)
    {
        await using TestHost host = new();
        host.Add("mirror", file);
        host.AddSender().Send("mirror", "hello"u8);

        await host.SettleAsync();

        Assert.Equal(SendStatus.CapabilityDenied, Assert.Single(host.Events.OfType<SendRefused>()).Status);
        Assert.Equal(Outcome.Rejected, Assert.Single(host.DeadLetters).Outcome);
    }

    [Theory]
    [InlineData(TestFiles.CMirrorLog, "client", "mirror wrote to stdout: 5 bytes from client")]
    [InlineData(TestFiles.CMirrorLog, "nobody", "mirror wrote to stdout: 5 bytes from client")]
    [InlineData(TestFiles.CMirrorWasi, "client", null)]
    [InlineData(TestFiles.CMirrorWasi, "nobody", "mirror wrote to stderr: sending 5 bytes was refused: 2")]
    public async Task CMirror_Message_WritesWhenItIsToldTo(string file, string sendsTo, string? line)
    {
        ListLogger log = new();
        await using MessagingHost host = new(new() { Workers = 0, Logger = log });
        host.AddComponent("mirror", TestFiles.PathOf(file), new() { SendsTo = [sendsTo] });
        host.AddEndpoint("client", _ => { }).Send("mirror", "hello"u8);

        host.Pump();

        Assert.Equal(line is null ? [] : [line], log.Of(400).Select(written => written.Text));
    }

    /// <summary>Only <c>_initialize</c> runs its constructor.</summary>
    [Fact]
    public async Task CConstructed_Message_IsAnsweredAsItsConstructorLeftIt()
    {
        await using TestHost host = new();
        host.Add("guest", TestFiles.CConstructed, new() { SendsTo = ["client"] });
        host.AddInbox("client", out Inbox inbox).Send("guest", [1]);

        await host.SettleAsync();

        Assert.Equal("ready"u8.ToArray(), Assert.Single(inbox.Received).Bytes);
    }

    /// <summary>What they print goes into the log, by WASI preview 1; that in C++ out of a handler of the exception that it throws.</summary>
    [Theory]
    [InlineData(TestFiles.CMirrorReactor)]
    [InlineData(TestFiles.CppMirror)]
    [InlineData(TestFiles.RustMirrorWasip1)]
    [InlineData(TestFiles.ZigMirror)]
    public void CoreModule_SendIsRefused_SaysSo(string file)
    {
        ListLogger log = new();
        using MessagingHost host = new(new() { Workers = 0, Logger = log });
        host.AddComponent("mirror", TestFiles.PathOf(file));
        host.AddEndpoint("client").Send("mirror", "hello"u8);

        host.Pump();

        Assert.Equal(["mirror wrote to stderr: refused: 3"], log.Of(400).Select(written => written.Text));
    }
}
