using System.Globalization;
using System.Text;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>The names that a core module's exports have where a toolchain cannot write those of the contract, or has others already.</summary>
public class CoreNameTests
{
    private const string Realloc = """
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
        """;

    [Fact]
    public async Task Send_ToHandleWithAnUnderscore_IsHandled()
    {
        await using TestHost host = new();
        Component guest = host.AddText("guest", Module(Realloc, Handle("handle_message", "(i32.const 0)")));
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    [Fact]
    public async Task Conversation_WithUnderscores_IsThatOfTheContractsNames()
    {
        await using TestHost host = new();
        host.AddInbox("log", out Inbox inbox);
        string guest = Module(
            """
            (global $next (mut i32) (i32.const 1024))
            (func (export "malloc") (param i32) (result i32)
              (global.set $next (i32.add (global.get $next) (i32.const 64)))
              (global.get $next))
            """,
            """
            (data (i32.const 0) "log" "peer")
            (data (i32.const 16) "\18\00\00\00\02\00\00\00" "42")
            (func (export "handle_request") (param i32 i32 i32 i32) (result i32) (i32.const 16))
            (func (export "handle_reply") (param i64 i32 i32 i32)
              (drop (call $send (i32.const 0) (i32.const 3) (local.get 2) (local.get 3))))
            (func (export "handle_topic") (param i32 i32 i32 i32 i32 i32) (result i32)
              (drop (call $send (i32.const 0) (i32.const 3) (local.get 0) (local.get 1)))
              (call $request (i32.const 3) (i32.const 4) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 64)))
            """,
            """
            (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
            (import "host-messaging" "request" (func $request (param i32 i32 i32 i32 i32 i32) (result i32)))
            """
        );
        foreach (string id in new[] { "guest", "peer" })
        {
            host.AddText(id, guest, new() { SendsTo = ["*"], SubscribesTo = [id] });
        }

        host.AddSender().Publish("guest", [1]);
        await host.SettleAsync();

        Assert.Equal(["guest", "42"], inbox.Received.Select(message => Encoding.UTF8.GetString(message.Bytes)));
        Assert.Empty(host.DeadLetters);
    }

    [Fact]
    public async Task Send_WhereBothAreThere_IsHandledByTheContractsOwn()
    {
        await using TestHost host = new();
        Component guest = host.AddText(
            "guest",
            Module(
                Realloc + "(func (export \"malloc\") (param i32) (result i32) (unreachable))",
                Handle("handle-message", "(i32.const 0)") + Handle("handle_message", "(unreachable)")
            )
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
    }

    /// <summary>For an empty message too it is asked for a byte, because what it answers to 0 may be no address.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(300, 300)]
    [InlineData(200_000, 200_000)]
    public async Task Send_ToAGuestWithMalloc_AsksItForRoom(int length, int asked)
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Module(
                """
                (global $asked (mut i32) (i32.const 0))
                (func (export "malloc") (param i32) (result i32) (global.set $asked (local.get 0)) (i32.const 1024))
                """,
                Handle("handle-message", "(global.get $asked)")
            )
        );
        host.AddSender().Send("guest", new byte[length]);

        await host.SettleAsync();

        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"handle-message returned {asked}"),
            Assert.Single(host.DeadLetters).Reason
        );
    }

    [Fact]
    public async Task Send_WhereMallocHasNoRoom_Traps()
    {
        await using TestHost host = new();
        host.AddText(
            "guest",
            Module(
                "(func (export \"malloc\") (param i32) (result i32) (i32.const 0))",
                Handle("handle-message", "(i32.const 0)")
            )
        );
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.Trapped, letter.Outcome);
        Assert.Contains("its malloc gave no room", letter.Reason, StringComparison.Ordinal);
    }

    /// <summary>The memory has 5 pages, 327,680 bytes. The largest message goes without the tray.</summary>
    [Theory]
    [InlineData(327_680u, 1)]
    [InlineData(327_673u, 8)]
    [InlineData(0xFFFF_FFFFu, 0)]
    [InlineData(0xFFFF_FFFFu, 16)]
    [InlineData(327_381u, 300)]
    [InlineData(0xFFFF_FF00u, 300)]
    [InlineData(0u, 327_681)]
    [InlineData(0xFFFF_0000u, 200_000)]
    public async Task Send_WhereMallocGivesRoomOutside_Traps(uint block, int length)
    {
        await using TestHost host = new();
        // The first block of a message is the sender's.
        host.AddText(
            "guest",
            Module(
                $"""
                (global $isSender (mut i32) (i32.const 0))
                (func (export "malloc") (param i32) (result i32)
                  (global.set $isSender (i32.eqz (global.get $isSender)))
                  (select (i32.const 1024) (i32.const {block}) (global.get $isSender)))
                """,
                Handle("handle-message", "(i32.const 0)")
            )
        );
        host.AddSender().Send("guest", new byte[length]);

        await host.SettleAsync();

        Assert.Equal(Outcome.Trapped, Assert.Single(host.DeadLetters).Outcome);
    }

    [Theory]
    [InlineData(
        "(func (export \"malloc\") (param i64) (result i32) (i32.const 0))",
        "malloc has type (i64) -> i32, expected (i32) -> i32"
    )]
    [InlineData("(global (export \"malloc\") i32 (i32.const 0))", "malloc is no function")]
    [InlineData("(func (export \"alloc\") (param i32) (result i32) (i32.const 0))", "it exports no cabi_realloc")]
    public void Inspect_AnotherMalloc_IsRefused(string export, string reason) =>
        Assert.Contains(
            reason,
            ComponentInspection
                .Of(ComponentSource.FromText(Module(export, Handle("handle-message", "(i32.const 0)"))))
                .Refusal,
            StringComparison.Ordinal
        );

    private static string Handle(string name, string code) =>
        $"(func (export \"{name}\") (param i32 i32 i32 i32) (result i32) {code})";

    private static string Module(string room, string handle, string imports = "") =>
        $"""
            (module
              {imports}
              (memory (export "memory") 5)
              {room}
              {handle})
            """;
}
