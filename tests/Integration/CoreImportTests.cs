using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// What a core module imports of <c>host-messaging</c>, all of it: when it may be called, and what becomes of a call whose strings or whose
/// room for the answer are not as they should be.
/// </summary>
public class CoreImportTests
{
    private const string Topic = "news";

    /// <summary>Each function with its type and the arguments of a good call, which sends "news" to "news", or publishes it there.</summary>
    private static readonly Dictionary<string, (string Type, string Arguments)> Functions = new()
    {
        ["send"] = ("(param i32 i32 i32 i32) (result i32)", $"{Good}"),
        ["request"] = ("(param i32 i32 i32 i32 i32 i32) (result i32)", $"{Good} (i32.const 0) (i32.const 64)"),
        ["publish"] = ("(param i32 i32 i32 i32 i32) (result i32)", $"{Good} (i32.const 64)"),
        ["send-later"] = ("(param i32 i32 i32 i32 i64 i32) (result i32)", $"{Good} (i64.const 0) (i32.const 64)"),
        ["self-id"] = ("(param i32 i32) (result i32)", "(i32.const 64) (i32.const 0)"),
        ["cancel-request"] = ("(param i64) (result i32)", "(i64.const 1)"),
        ["cancel-later"] = ("(param i64) (result i32)", "(i64.const 1)"),
        ["message-number"] = ("(result i64)", ""),
    };

    private const string Good = "(i32.const 0) (i32.const 4) (i32.const 0) (i32.const 4)";

    public static TheoryData<string> All => [.. Functions.Keys];

    public static TheoryData<string> Sending => ["send", "request", "publish", "send-later"];

    public static TheoryData<string> Asking => ["self-id", "cancel-request", "cancel-later", "message-number"];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Import_WhileReallocRuns_TrapsAndSendsNothing(string function)
    {
        await using TestHost host = new();
        host.AddInbox(Topic, out Inbox inbox);
        host.AddText("guest", Module(function, realloc: Call(function)), Options);
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.Trapped, letter.Outcome);
        Assert.Equal($"it called {function} while realloc or post-return ran", letter.Reason);
        Assert.Empty(inbox.Received);
    }

    [Theory]
    [MemberData(nameof(Sending))]
    public async Task Import_ThatSendsWhileItIsInstantiated_IsALoadError(string function)
    {
        await using TestHost host = new();
        foreach (string start in new[] { Exported("_initialize"), Exported("_start"), "(start $f)" })
        {
            ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
                host.AddText("guest", Module(function, $"(func $f {Call(function)}) {start}"), Options)
            );

            Assert.Contains(
                $"it called {function} while it was instantiated, which no guest may",
                e.Message,
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [MemberData(nameof(Asking))]
    public async Task Import_ThatAsksWhileItIsInstantiated_IsAnswered(string function)
    {
        await using TestHost host = new();
        Component guest = host.AddText(
            "guest",
            Module(function, $"(func $f {Call(function)}) {Exported("_initialize")}"),
            Options
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    /// <summary>What a guest sent before it trapped stands, a message too whose answer has no room.</summary>
    [Theory]
    [InlineData(
        "request",
        "(i32.const 0) (i32.const 68)",
        "the room for the answer of request at 68 is not aligned to 8"
    )]
    [InlineData("request", "(i32.const 0) (i32.const 65536)", "lies outside the guest's memory")]
    [InlineData("publish", "(i32.const 66)", "the room for the answer of publish at 66 is not aligned to 4")]
    [InlineData("publish", "(i32.const 65536)", "lies outside the guest's memory")]
    [InlineData("send-later", "(i64.const 0) (i32.const 68)", "answer of send-later at 68 is not aligned to 8")]
    [InlineData("send-later", "(i64.const 0) (i32.const -8)", "lies outside the guest's memory")]
    public async Task Answer_WithoutRoom_TrapsAfterTheMessageIsAccepted(string function, string rest, string reason)
    {
        await using TestHost host = new();
        int handled = 0;
        host.Host.AddEndpoint(
            Topic,
            _ =>
            {
                handled++;
                return Answer.Of(Array.Empty<byte>());
            },
            _ => handled++,
            new() { SubscribesTo = [Topic] }
        );
        Component guest = host.AddText("guest", Module(function, message: $"(call $import {Good} {rest})"), Options);
        host.AddSender().Send("guest", [1]);

        await host.Host.DrainAsync(withScheduled: true, TestContext.Current.CancellationToken);

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.Trapped, letter.Outcome);
        Assert.Contains(reason, letter.Reason, StringComparison.Ordinal);
        Assert.Equal(1, handled);
        // The instance that asked is gone, so that its reply is late.
        Assert.Equal(function == "request" ? 1 : 0, guest.Statistics.LateReplies);
    }

    /// <summary>A refusal needs no room: the function returns why.</summary>
    [Theory]
    [InlineData("request", "(i32.const 0) (i32.const -1)", 2)]
    [InlineData("publish", "(i32.const -1)", 3)]
    [InlineData("send-later", "(i64.const 0) (i32.const -1)", 3)]
    public async Task Answer_OfARefusal_NeedsNoRoom(string function, string rest, int status)
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Module(function, message: $"(call $import {Good} {rest})"),
            new() { SendsTo = function == "request" ? ["*"] : [] }
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        Assert.Equal($"handle-message returned {status}", Assert.Single(host.DeadLetters).Reason);
    }

    [Theory]
    [InlineData("(i32.const 4) (i32.const 2) (i32.const 0) (i32.const 4)", "is not UTF-8")]
    [InlineData("(i32.const 65535) (i32.const 2) (i32.const 0) (i32.const 4)", "at 65535 with 2 bytes lies outside")]
    [InlineData(
        "(i32.const 0) (i32.const 4) (i32.const 65535) (i32.const 2)",
        "the message at 65535 with 2 bytes lies outside"
    )]
    [InlineData(
        "(i32.const 0) (i32.const 4) (i32.const 65537) (i32.const 0)",
        "the message at 65537 with 0 bytes lies outside"
    )]
    [InlineData("(i32.const 0) (i32.const 4) (i32.const 0) (i32.const -1)", "the message")]
    public async Task Strings_NotAsTheyShouldBe_Trap(string strings, string reason)
    {
        foreach (string function in Sending.Select(row => row.Data))
        {
            await using TestHost host = new();
            host.AddInbox(Topic, out Inbox inbox);
            string rest = Functions[function].Arguments[Good.Length..];
            host.AddText("guest", Module(function, message: $"(call $import {strings} {rest})"), Options);
            host.AddSender().Send("guest", [1]);

            await host.SettleAsync();

            DeadLetter letter = Assert.Single(host.DeadLetters);
            Assert.Equal(Outcome.Trapped, letter.Outcome);
            Assert.Contains(reason, letter.Reason, StringComparison.Ordinal);
            Assert.Empty(inbox.Received);
        }
    }

    private static ComponentOptions Options => new() { SendsTo = ["*"], PublishesTo = ["*"] };

    private static string Call(string function) => $"(drop (call $import {Functions[function].Arguments}))";

    private static string Exported(string name) => $"(export \"{name}\" (func $f))";

    private static string Module(
        string function,
        string more = "",
        string realloc = "",
        string message = "(i32.const 0)"
    ) =>
        $"""
            (module
              (import "host-messaging" "{function}" (func $import {Functions[function].Type}))
              (memory (export "memory") 1)
              (data (i32.const 0) "{Topic}\ff\fe")
              {more}
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc} (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) {message}))
            """;
}
