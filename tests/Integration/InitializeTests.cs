using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// A core module's <c>_initialize</c>, which C++ and others use for what has to be there before any other function is called, and its
/// <c>_start</c>, which compilers make by default.
/// </summary>
public class InitializeTests
{
    private static readonly byte[] Trap = [0xFF];

    private static readonly ComponentOptions Options = new()
    {
        SendsTo = ["*"],
        Limits = new() { LoadTimeout = TimeSpan.FromMilliseconds(150) },
    };

    [Fact]
    public async Task Send_ToAGuestThatCountsOnIt_IsHandled()
    {
        await using TestHost host = new();
        Component reactor = host.AddText("reactor", Reactor());
        host.AddSender().Send("reactor", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(reactor.Statistics, handled: 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Send_AfterATrap_IsHandledByAnInstanceForWhichItWasCalledToo(int workers)
    {
        await using TestHost host = new(workers);
        Component reactor = host.AddText("reactor", Reactor());
        MessagingEndpoint client = host.AddSender();
        foreach (byte[] message in new[] { [1], Trap, [2], Trap, [3] })
        {
            client.Send("reactor", message);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(reactor.Statistics, handled: 3, trapped: 2);
    }

    /// <summary>Its memory is there, and it may ask who it is.</summary>
    [Fact]
    public async Task Initialize_AsksForItsId_GetsIt()
    {
        await using TestHost host = new();
        Component reactor = host.AddText(
            "reactor",
            Reactor("(if (i32.ne (call $self-id (i32.const 0) (i32.const 128)) (i32.const 7)) (then (unreachable)))")
        );
        host.AddSender().Send("reactor", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(reactor.Statistics, handled: 1);
    }

    [Theory]
    [InlineData("(unreachable)", "unreachable")]
    [InlineData("(loop $for-ever (br $for-ever))", "load budget of 150 ms")]
    [InlineData(
        "(drop (call $send (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))",
        "it called send while it was instantiated"
    )]
    public async Task Initialize_Fails_IsALoadError(string code, string reason)
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("reactor", Reactor(code), Options)
        );

        Assert.Contains($"it failed while it was instantiated: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    /// <summary>A memory may start larger than it may grow to where there are two; code that runs gets no more.</summary>
    [Fact]
    public async Task Initialize_GrowsItsMemory_WithinTheLimit()
    {
        await using TestHost host = new();
        string grows = Reactor("(if (i32.ne (memory.grow (i32.const 1000)) (i32.const -1)) (then (unreachable)))");

        host.AddText("reactor", grows, new() { Limits = new() { MemoryBytes = 1 << 20 } });
    }

    [Theory]
    [InlineData("(func (export \"_initialize\") (param i32))", "_initialize has type (i32) -> (), expected () -> ()")]
    [InlineData("(func (export \"_initialize\") (result i32) (i32.const 0))", "_initialize has type () -> i32")]
    [InlineData("(global (export \"_initialize\") i32 (i32.const 0))", "_initialize is no function")]
    public void Inspect_AnotherType_IsRefused(string export, string reason)
    {
        var inspection = ComponentInspection.Of(ComponentSource.FromText(Module(export)));

        Assert.Contains(reason, inspection.Refusal, StringComparison.Ordinal);
    }

    /// <summary>After an exit with success it goes on as after a return.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("(call $exit (i32.const 0)) (unreachable)")]
    public async Task Send_ToACommand_IsHandledAfterItsStart(string end)
    {
        await using TestHost host = new();
        Component command = host.AddText("command", Reactor(end, "_start"));
        MessagingEndpoint client = host.AddSender();
        foreach (byte[] message in new[] { [1], Trap, [2] })
        {
            client.Send("command", message);
        }

        await host.SettleAsync();

        AccountingAssert.AssertEnded(command.Statistics, handled: 2, trapped: 1);
    }

    [Theory]
    [InlineData("(call $exit (i32.const 3))", "it ended itself: exit with code 3")]
    [InlineData("(call $exit (i32.const -1))", "exit with code 4294967295")]
    [InlineData(
        "(unreachable)",
        "in _start: wasm trap: wasm `unreachable` instruction executed. Without a main build it as a reactor"
    )]
    [InlineData("(loop $for-ever (br $for-ever))", "load budget of 150 ms")]
    [InlineData(
        "(drop (call $send (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))",
        "it called send while it was instantiated"
    )]
    public async Task Start_Fails_IsALoadError(string code, string reason)
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("command", Reactor(code, "_start"), Options)
        );

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    /// <summary>A reactor has no ordinary end.</summary>
    [Fact]
    public async Task Initialize_ExitsWithSuccess_IsALoadError()
    {
        await using TestHost host = new();

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.AddText("reactor", Reactor("(call $exit (i32.const 0))"))
        );

        Assert.Contains("it ended itself: exit with code 0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ToAReactorThatHasAStartToo_IsHandledAfterInitializeAlone()
    {
        await using TestHost host = new();
        Component reactor = host.AddText("reactor", Reactor("", more: "(func (export \"_start\") (unreachable))"));
        host.AddSender().Send("reactor", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(reactor.Statistics, handled: 1);
    }

    [Fact]
    public async Task Handle_Exits_TrapsWithItsCode()
    {
        await using TestHost host = new();
        host.AddText("guest", Reactor(handles: "(call $exit (i32.const 0))"));
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal((Outcome.Trapped, "it ended itself: exit with code 0"), (letter.Outcome, letter.Reason));
    }

    [Fact]
    public void Inspect_SaysWhetherItIsCalled()
    {
        Assert.True(ComponentInspection.Of(ComponentSource.FromText(Reactor("", "_start"))).Initializes);
        Assert.True(ComponentInspection.Of(ComponentSource.FromText(Reactor())).Initializes);
        Assert.False(ComponentInspection.Of(ComponentSource.FromText(Module(""))).Initializes);
    }

    /// <summary>Handles a message only where its start was called before and once; traps where it starts with FF.</summary>
    private static string Reactor(
        string code = "",
        string name = "_initialize",
        string more = "",
        string handles = ""
    ) =>
        Module(
            $"""
            (func (export "{name}")
              (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
              {code})
            {more}
            """,
            handles
        );

    private static string Module(string export, string handles = "") =>
        $"""
            (module
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
              (memory (export "memory") 2)
              (global $calls (mut i32) (i32.const 0))
              {export}
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (if (i32.ne (global.get $calls) (i32.const 1)) (then (unreachable)))
                (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                (if (i32.eq (i32.load8_u (local.get 2)) (i32.const 0xFF)) (then (unreachable)))
                {handles}
                (i32.sub (global.get $calls) (i32.const 1))))
            """;
}
