using System.Globalization;
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

    private static string Module(string room, string handle) =>
        $"""
            (module
              (memory (export "memory") 5)
              {room}
              {handle})
            """;
}
