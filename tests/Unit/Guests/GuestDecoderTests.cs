using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Xunit;
using static FireAndForget.Tests.Guests.DecodedWat;

namespace FireAndForget.Tests.Guests;

/// <summary>Guests that the direct runtime runs, and how each is planned.</summary>
public class GuestDecoderTests
{
    [Theory]
    [InlineData("handle-message-component.wasm", true, true)]
    [InlineData("basic-handle-message.wasm", false, false)]
    [InlineData("echo-handler.wasm", false, true)]
    [InlineData("slow-handler.wasm", false, false)]
    [InlineData("rejecting-handler.wasm", false, false)]
    [InlineData("guests/c/c-mirror.wasm", true, true)]
    [InlineData("guests/rust/rust-receiver.wasm", true, false)]
    public void Decode_Fixture_IsPlanned(string name, bool isComponent, bool sends)
    {
        GuestDescription guest = GuestDecoder.Decode(GuestFiles.Read(name));

        Assert.Equal(isComponent, guest.IsComponent);
        Assert.Equal(sends, guest.Sends);
        Assert.True(guest.Receives);
        Assert.False(guest.UsesWasi);
        Assert.Null(guest.Refusal);
        Assert.Empty(guest.UnknownImports);
        Assert.NotNull(guest.Plan);
        Assert.Equal("", guest.Reason);
        Assert.Contains("handle-message", guest.Exports);
    }

    [Fact]
    public void Decode_HelloWorld_RefusalNamesWhatIsMissingAndWhatIsThere()
    {
        GuestDescription guest = GuestDecoder.Decode(GuestFiles.Read("hello_world.wasm"));

        Assert.True(guest.IsComponent);
        Assert.False(guest.Receives);
        Assert.Null(guest.Plan);
        Assert.Equal(["hello"], guest.Exports);
        Assert.Equal(
            "it exports no handle-message (expected func(sender: string, message: list<u8>) -> result), nor handle-request, handle-reply or "
                + "handle-topic, one of which it needs; it exports hello. "
                + "Build it for the world receiver or messenger of messaging.wit.",
            guest.Refusal
        );
        Assert.Equal(guest.Refusal, guest.Reason);
    }

    [Fact]
    public void Decode_OutputOfWitComponent_PlansShimMainAndFixupInOrder()
    {
        DirectPlan plan = GuestDecoder.Decode(GuestFiles.Read("guests/c/c-mirror.wasm")).Plan!;

        Assert.True(plan.IsComponent);
        Assert.Equal([0, 1, 2], plan.Instances.Select(i => i.Module));
        Assert.Empty(plan.Instances[0].Imports);
        Assert.Equal([new CoreExport(0, "0"), new CoreExport(0, "1")], plan.Instances[1].Imports);
        CoreExport memory = new(1, "memory");
        Assert.Equal(
            [
                new LoweredImport(MessengerWat.Interface, "self-id", memory, new CoreExport(1, "cabi_realloc")),
                new LoweredImport(MessengerWat.Interface, "send", memory, null),
                new CoreExport(1, "_initialize"),
                new CoreExport(0, "$imports"),
            ],
            plan.Instances[2].Imports
        );
        Assert.Equal(new CoreExport(1, "handle-message"), plan.HandleMessage);
        Assert.Equal(memory, plan.Memory);
        Assert.Equal(new CoreExport(1, "cabi_realloc"), plan.Realloc);
        Assert.Null(plan.PostReturn);
    }

    [Fact]
    public void Decode_CoreModule_IsItsOwnOnlyInstance()
    {
        DirectPlan plan = GuestDecoder.Decode(GuestFiles.Read("echo-handler.wasm")).Plan!;

        Assert.False(plan.IsComponent);
        Assert.Equal(GuestFiles.Read("echo-handler.wasm"), Assert.Single(plan.Modules).Bytes.ToArray());
        Assert.Equal([new HostImport(HostMessaging.CoreModule, "send")], Assert.Single(plan.Instances).Imports);
    }

    /// <summary>Definitions that a receiver may have and the direct runtime need not know.</summary>
    public static TheoryData<string> ReceiversOfTheDirectRuntime =>
        [
            MessengerWat.Receiver(
                lift: MessengerWat.Lift(type: MessengerWat.HandleType.Replace("\"sender\"", "\"from\""))
            ),
            MessengerWat.Receiver(
                $"(import \"{MessengerWat.Interface}\" (instance (export \"self-id\" (func (result string)))))"
            ),
            MessengerWat.Receiver(after: "(component $c (core module $m) (core instance (instantiate $m)))"),
            MessengerWat.Receiver(
                """
                (core type (func (param i32 v128 (ref null func) externref) (result f64)))
                (core type (module (type (func)) (import "a" "b" (func (type 0))) (import "a" "t" (table 1 funcref))
                    (export "c" (memory 1)) (export "g" (global (mut i64)))))
                (core rec (type (struct (field i8) (field (mut (ref 1))))) (type (array (mut i16))))
                (core type (sub (func)))
                (type (record (field "a" u8) (field "b" (tuple s64 char bool))))
                (type (variant (case "a" (option f32)) (case "b")))
                (type (flags "x" "y"))
                (type (result string (error (list (result)))))
                (type (component (import "a" (func (param "x" u16))) (type $t u8) (export "b" (instance
                    (alias outer 1 $t (type $u)) (export "d" (type (eq $u)))))))
                (type (future u8)) (type (stream)) (type (future)) (type (stream u32))
                (type $r (resource (rep i32)))
                (type (own $r)) (type (func async (param "b" (borrow $r))))
                """
            ),
        ];

    [Theory]
    [MemberData(nameof(ReceiversOfTheDirectRuntime))]
    public void Decode_ReceiverWithMore_IsPlanned(string wat)
    {
        GuestDescription guest = DecodeWat(wat);

        Assert.NotNull(guest.Plan);
        Assert.Equal("", guest.Reason);
        Assert.True(guest.Receives);
        Assert.False(guest.Sends);
    }

    [Fact]
    public void Decode_Module_TellsWhatItsMemoriesAndTablesTake()
    {
        GuestDescription guest = DecodeWat(
            CoreWat(
                memory: "(memory (export \"memory\") 3 9) (memory 5) (table 7 11 funcref) (table 2 externref) "
                    + "(table 4 funcref (ref.null func))"
            )
        );

        PlannedModule module = Assert.Single(guest.Plan!.Modules);
        Assert.Equal([new CoreLimits(3, 9), new CoreLimits(5, null)], module.Memories);
        Assert.Equal([new CoreLimits(7, 11), new CoreLimits(2, null), new CoreLimits(4, null)], module.Tables);
    }

    [Fact]
    public void Decode_ImportedMemoriesAndTables_AreNotCounted()
    {
        GuestDescription guest = DecodeWat(
            """
            (component
                (core module $a (memory (export "memory") 2) (table (export "table") 3 funcref)
                    (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
                (core module $b (import "a" "memory" (memory 1)) (import "a" "table" (table 1 funcref))
                    (func (export "h") (param i32 i32 i32 i32) (result i32) unreachable))
                (core instance $a (instantiate $a))
                (core instance $b (instantiate $b (with "a" (instance $a))))
                (func $h (param "sender" string) (param "message" (list u8)) (result (result))
                    (canon lift (core func $b "h") (memory (core memory $a "memory")) (realloc (core func $a "r"))))
                (export "handle-message" (func $h)))
            """
        );

        Assert.Equal([1, 0], guest.Plan!.Modules.Select(m => m.Memories.Count));
        Assert.Equal([1, 0], guest.Plan.Modules.Select(m => m.Tables.Count));
        Assert.Equal([new CoreExport(0, "memory"), new CoreExport(0, "table")], guest.Plan.Instances[1].Imports);
    }

    [Fact]
    public void Decode_ModuleInstantiatedTwice_IsPlannedOnceWithTwoInstances()
    {
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(after: "(core instance (instantiate $m))"));

        Assert.Single(guest.Plan!.Modules);
        Assert.Equal([0, 0], guest.Plan.Instances.Select(i => i.Module));
        Assert.Equal(0, Assert.IsType<CoreExport>(guest.Plan.HandleMessage).Instance);
    }

    [Fact]
    public void Decode_PostReturn_IsPlanned()
    {
        string options = MessengerWat.Options + "(post-return (core func $i \"post\")) string-encoding=utf8";
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(lift: MessengerWat.Lift(options)));

        Assert.Equal(new CoreExport(0, "post"), guest.Plan!.PostReturn);
    }

    [Fact]
    public void Decode_HandleMessageThroughAliasesAndAscriptions_IsFollowed()
    {
        GuestDescription guest = DecodeWat(
            $"""
            (component
                {MessengerWat.Module}
                (core instance $i (instantiate $m))
                (core instance $j (export "handle-message" (func $i "handle-message")))
                {MessengerWat.Lift().Replace("(core func $i \"handle-message\")", "(core func $j \"handle-message\")")}
                (instance $k (export "x" (func $h)))
                (alias export $k "x" (func $x))
                (export $y "y" (func $x))
                (export "handle-message" (func $y) (func {MessengerWat.HandleType})))
            """
        );

        Assert.Equal(new CoreExport(0, "handle-message"), guest.Plan!.HandleMessage);
        Assert.Equal(["y", "handle-message"], guest.Exports);
    }

    [Fact]
    public void Decode_NestedComponentThatOnlyReExports_IsPassedOver()
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver(
                after: """
                (component $shim (import "import-func" (func $f)) (export "run" (func $f)))
                (core module $n (func (export "run")))
                (core instance $r (instantiate $n))
                (func $run (canon lift (core func $r "run")))
                (instance $x (instantiate $shim (with "import-func" (func $run))))
                (export "my:own/run@1.0.0" (instance $x))
                """
            )
        );

        Assert.NotNull(guest.Plan);
        Assert.Equal(2, guest.Plan.Instances.Count);
        Assert.Equal(["handle-message", "my:own/run@1.0.0"], guest.Exports);
    }
}
