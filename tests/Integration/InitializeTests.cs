using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// A core module's <c>_initialize</c>, which C++ and others use for what has to be there before any other function is called.
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

    [Fact]
    public void Inspect_SaysWhetherItIsCalled()
    {
        Assert.True(ComponentInspection.Of(ComponentSource.FromText(Reactor())).Initializes);
        Assert.False(ComponentInspection.Of(ComponentSource.FromText(Module(""))).Initializes);
    }

    /// <summary>Handles a message only where <c>_initialize</c> was called before and once; traps where it starts with FF.</summary>
    private static string Reactor(string more = "") =>
        Module(
            $"""
            (func (export "_initialize")
              (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
              {more})
            """
        );

    private static string Module(string export) =>
        $"""
            (module
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (import "host-messaging" "self-id" (func $self-id (param i32 i32) (result i32)))
              (memory (export "memory") 2)
              (global $calls (mut i32) (i32.const 0))
              {export}
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (if (i32.ne (global.get $calls) (i32.const 1)) (then (unreachable)))
                (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                (if (i32.eq (i32.load8_u (local.get 2)) (i32.const 0xFF)) (then (unreachable)))
                (i32.sub (global.get $calls) (i32.const 1))))
            """;
}
