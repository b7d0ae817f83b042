using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Interfaces that a component imports and no host grants: a load error that says what to do, and with that a trap where they are called.</summary>
public sealed class RefusedImportTests
{
    /// <summary>It calls <c>wasi:http</c> for a message of one byte, and handles all others.</summary>
    private static readonly string Guest = $"""
        (component
          (import "wasi:http/types@0.2.3" (instance $types
            (export "fields" (type $fields (sub resource)))
            (export "[constructor]fields" (func (result (own $fields))))))
          (alias export $types "fields" (type $fields))
          (import "wasi:http/outgoing-handler@0.2.3" (instance $handler
            (export "fields" (type $f (eq $fields)))
            (export "handle" (func (param "fields" (own $f)) (param "many" u64) (result u64)))))
          (core func $make (canon lower (func $types "[constructor]fields")))
          (core func $handle (canon lower (func $handler "handle")))
          (core func $drop (canon resource.drop $fields))
          (core module $m
            (import "h" "make" (func $make (result i32)))
            (import "h" "handle" (func $handle (param i32 i64) (result i64)))
            (import "h" "drop" (func $drop (param i32)))
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
            (func (export "handle-message") (param i32 i32 i32) (param $length i32) (result i32)
              (if (i32.eq (local.get $length) (i32.const 1)) (then (drop (call $make))))
              (if (i32.eq (local.get $length) (i32.const 2)) (then (drop (call $handle (i32.const 0) (i64.const 1)))))
              (if (i32.eq (local.get $length) (i32.const 3)) (then (call $drop (i32.const 0))))
              (i32.const 0)))
          (core instance $i (instantiate $m (with "h" (instance
            (export "make" (func $make)) (export "handle" (func $handle)) (export "drop" (func $drop))))))
          {MessengerWat.Lift()}
          (export "handle-message" (func $h)))
        """;

    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Load_WithoutRefuse_FailsAndSaysWhatToDo(GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() => host.AddText("guest", Guest));

        Assert.Contains("wasi:http/types@0.2.3", error.Message, StringComparison.Ordinal);
        Assert.Contains("name wasi:http in wasi.refuse", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Load_WithRefuse_RunsAndEachCallTraps(GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        Component guest = host.AddText(
            "guest",
            Guest,
            new()
            {
                Wasi = new() { Refuse = ["wasi:http"] },
                Restart = new() { Max = 10 },
            }
        );
        MessagingEndpoint client = host.AddSender();

        for (int length = 0; length < 5; length++)
        {
            client.Send("guest", new byte[length]);
        }

        await host.SettleAsync();
        AccountingAssert.AssertEnded(guest.Statistics, handled: 2, trapped: 3);
        if (runtime == GuestRuntime.Direct)
        {
            Assert.Contains(
                "it called wasi:http/types@0.2.3#[constructor]fields, which wasi.refuse names and no host grants",
                host.DeadLetters[0].Reason,
                StringComparison.Ordinal
            );
        }
    }

    /// <summary>An interface alone leaves the others of its package unknown, and what is refused is no reason to share code with who refuses nothing.</summary>
    [Fact]
    public async Task Load_RefuseOfOneInterface_LeavesTheOtherUnknown()
    {
        await using TestHost host = new(workers: 0);
        var both = new ComponentOptions { Wasi = new() { Refuse = ["wasi:http/types", "wasi:http/outgoing-handler"] } };
        var one = new ComponentOptions { Wasi = new() { Refuse = ["wasi:http/types"] } };

        host.AddText("both", Guest, both);
        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() => host.AddText("one", Guest, one));
        Assert.Contains("it imports wasi:http/outgoing-handler@0.2.3, which", error.Message, StringComparison.Ordinal);
        Assert.Throws<ComponentLoadException>(() => host.AddText("none", Guest));
    }

    [Fact]
    public void Inspect_WithRefuse_SeesNoRefusal()
    {
        var source = ComponentSource.FromText(Guest);

        Assert.NotNull(ComponentInspection.Of(source).Refusal);
        Assert.Null(ComponentInspection.Of(source, new WasiOptions { Refuse = ["wasi:http"] }).Refusal);
    }
}
