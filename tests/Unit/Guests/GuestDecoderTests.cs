using System.Text;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

public class GuestDecoderTests
{
    private static GuestDescription DecodeWat(string wat) => GuestDecoder.Decode(GuestFiles.Wat(wat));

    private static string Refused(byte[] bytes) =>
        Assert.Throws<ComponentLoadException>(() => GuestDecoder.Decode(bytes)).Message;

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

    /// <summary>What a guest is refused for: its text, how the refusal starts, what else it says, and whether it could receive.</summary>
    public static TheoryData<string, string, string, bool> RefusedGuests =>
        new()
        {
            { CoreWat().Replace("\"memory\"", "\"other\""), "it exports no memory (expected a memory)", "other", true },
            {
                CoreWat().Replace("\"cabi_realloc\"", "\"other\""),
                "it exports no cabi_realloc (expected (i32, i32, i32, i32) -> i32)",
                "other",
                true
            },
            {
                CoreWat().Replace("\"handle-message\"", "\"other\""),
                "it exports no handle-message (expected (i32, i32, i32, i32) -> i32), nor handle-request, handle-reply or handle-topic",
                "other",
                false
            },
            {
                CoreWat(handle: "(param i64 f32) (result i32 i32) i32.const 0 i32.const 0"),
                "handle-message has type (i64, f32) -> (i32, i32), expected (i32, i32, i32, i32) -> i32. ",
                "",
                false
            },
            {
                "(module (memory (export \"handle-message\") 1))",
                "handle-message is no function (it is exported as: memory)",
                "",
                false
            },
            { CoreWat(memory: "(memory (export \"memory\") i64 1)"), "", "64-bit memory", true },
            { CoreWat(memory: "(memory (export \"memory\") 1 2 shared)"), "", "shared memory", true },
            {
                CoreWat("(import \"wasi_snapshot_preview1\" \"fd_open\" (func))"),
                "it imports wasi_snapshot_preview1.fd_open, ",
                "wasm-tools component new EMBEDDED -o COMPONENT --adapt wasi_snapshot_preview1=",
                true
            },
            {
                CoreWat("(import \"a:b/c@1.0.0\" \"f\" (func))"),
                "it imports a:b/c@1.0.0.f, ",
                "wasm-tools component embed messaging.wit FILE",
                true
            },
            {
                CoreWat(
                    "(@custom \"component-type:messenger\" \"\") (import \"wasi_snapshot_preview1\" \"fd_open\" (func))"
                ),
                "it imports wasi_snapshot_preview1.fd_open, ",
                "wasm-tools component new FILE -o COMPONENT --adapt wasi_snapshot_preview1=",
                true
            },
            {
                CoreWat("(import \"env\" \"print\" (func))"),
                "it imports env.print, ",
                "Build it with the exports and imports of the core contract",
                true
            },
            {
                CoreWat(string.Concat(Enumerable.Range(0, 50).Select(i => $"(import \"a\" \"{i}\" (func))"))),
                "it imports a.0, a.1, a.2, ",
                "a.11 and 38 more, which the host",
                true
            },
            { "(module (func (export \"a\\0ab\\1b[31m\")))", "", "it exports \"a\\u{a}b\\u{1b}[31m\". ", false },
            {
                "(component (instance $i) (export \"handle-message\" (instance $i)))",
                "handle-message is no function (it is exported as: instance)",
                "",
                false
            },
        };

    [Theory]
    [MemberData(nameof(RefusedGuests))]
    public void Decode_GuestThatCannotReceiveOrRun_RefusalSaysWhy(string wat, string start, string words, bool receives)
    {
        GuestDescription guest = DecodeWat(wat);

        Assert.StartsWith(start, guest.Refusal);
        Assert.Contains(words, guest.Refusal);
        Assert.Equal(receives, guest.Receives);
        Assert.Equal(guest.Refusal, guest.Reason);
        Assert.Null(guest.Plan);
    }

    /// <summary>The types that a component's <c>handle-message</c> does not have, and their names.</summary>
    [Theory]
    [InlineData("(param \"a\" string) (param \"b\" string) (result (result))", "func(a: string, b: string) -> result")]
    [InlineData(
        "(param \"a\" string) (param \"b\" (list s8)) (result (result))",
        "func(a: string, b: list<s8>) -> result"
    )]
    [InlineData("(param \"a\" string) (param \"b\" (list u8)) (result u32)", "func(a: string, b: list<u8>) -> u32")]
    [InlineData(
        "(param \"a\" string) (param \"b\" (list u8)) (result (result (error u8)))",
        "func(a: string, b: list<u8>) -> result<_, u8>"
    )]
    [InlineData(
        "(param \"a\" u64) (param \"b\" f64) (result (result (error u8)))",
        "func(a: u64, b: f64) -> result<_, u8>"
    )]
    [InlineData(
        "(param \"a\" string) (param \"b\" (list u8 4)) (result (result))",
        "func(a: string, b: list<u8, 4>) -> result"
    )]
    public void Decode_HandleMessageOfAnotherType_RefusalNamesIt(string type, string words) =>
        Decode_GuestThatCannotReceiveOrRun_RefusalSaysWhy(
            MessengerWat.Receiver(lift: MessengerWat.Lift(type: type)),
            $"handle-message has type {words}, expected func(sender: string, message: list<u8>) -> result "
                + "or func(sender: string, message: list<u8>) -> result<_, string>. ",
            "",
            receives: false
        );

    /// <summary>What only the component API can run, and the reason.</summary>
    public static TheoryData<string, string> GuestsOfTheComponentApi =>
        new()
        {
            {
                MessengerWat.Receiver(lift: MessengerWat.Lift(MessengerWat.Options + " string-encoding=utf16")),
                "handle-message uses string encoding utf16"
            },
            {
                MessengerWat.Receiver(
                    MessengerWat.HostMessaging(),
                    """
                    (core func $s (canon lower (func $host "self-id") string-encoding=latin1+utf16
                        (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
                    """ + Using("s", "(param i32)")
                ),
                $"{MessengerWat.Interface}#self-id uses string encoding latin1+utf16"
            },
            {
                MessengerWat.Receiver(
                    after: "(type $r (resource (rep i32))) (core func $f (canon resource.new $r))"
                        + Using("f", "(param i32) (result i32)")
                ),
                "it uses the canonical built-in resource.new"
            },
            {
                MessengerWat.Receiver(
                    after: "(type $r (resource (rep i32))) (core func $f (canon resource.drop $r))"
                        + Using("f", "(param i32)")
                ),
                "a resource that it defines"
            },
            {
                MessengerWat.Receiver(
                    """
                    (import "wasi:io/error@0.2.3" (instance $errors (export "error" (type (sub resource)))))
                    (alias export $errors "error" (type $error))
                    (core func $f (canon resource.drop $error))
                    """,
                    lift: MessengerWat.Lift($"{MessengerWat.Options} (post-return (core func $f))")
                ),
                "a handler or what serves it is a function of the host"
            },
            {
                MessengerWat.Receiver(
                    after: "(func $x (param \"a\" u32) (canon lift (core func $i \"post\")))"
                        + "(core func $f (canon lower (func $x)))"
                        + Using("f", "(param i32)")
                ),
                "a function of its own"
            },
            {
                MessengerWat.Receiver(
                    after: """
                    (core module $n (func (export "run")))
                    (core instance $r (instantiate $n))
                    (func $run (canon lift (core func $r "run")))
                    (start $run)
                    """
                ),
                "the component has a start function"
            },
            {
                MessengerWat.Receiver(
                    module: MessengerWat.Module.Replace("(memory (export", "(memory i64 1) (memory (export")
                ),
                "a core module of it has a 64-bit memory"
            },
        };

    [Theory]
    [MemberData(nameof(GuestsOfTheComponentApi))]
    public void Decode_GuestThatTheDirectRuntimeDoesNotRun_GoesToTheComponentApi(string wat, string reason)
    {
        GuestDescription guest = DecodeWat(wat);

        Assert.Contains(reason, guest.Reason);
        Assert.Null(guest.Plan);
        Assert.Null(guest.Refusal);
        Assert.True(guest.Receives);
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

    /// <summary>Interfaces of the host's name that are not the host's: what is unknown in them, and whether the guest sends.</summary>
    public static TheoryData<string, string, bool> OtherHostMessaging =>
        new()
        {
            {
                MessengerWat.HostMessaging(more: "(export \"foo\" (func (param \"a\" (list string))))"),
                "foo (as func(a: list<string>))",
                true
            },
            {
                MessengerWat.HostMessaging(send: "(func (param \"a\" string) (result bool))"),
                "send (as func(a: string) -> bool, expected func(target: string, message: list<u8>) -> result<_, enum>)",
                false
            },
            {
                $"(import \"{MessengerWat.Interface}\" (instance (export \"self-id\" (core module))))",
                "self-id",
                false
            },
            {
                $"(import \"{MessengerWat.Interface}\" "
                    + "(instance (type $f (func (result string))) (export \"self-id\" (type (eq $f)))))",
                "self-id",
                false
            },
        };

    [Theory]
    [MemberData(nameof(OtherHostMessaging))]
    public void Decode_OtherHostMessaging_NamesWhatIsUnknown(string import, string unknown, bool sends)
    {
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(import));

        Assert.Equal([$"{MessengerWat.Interface}#{unknown}"], guest.UnknownImports);
        Assert.Contains($"#{unknown}", guest.Refusal);
        Assert.Equal(sends, guest.Sends);
        Assert.Null(guest.Plan);
    }

    [Theory]
    [InlineData("(import \"env\" \"memory\" (memory 1))", "env.memory")]
    [InlineData("(import \"wasi_snapshot_preview1\" \"fd_open\" (func))", "wasi_snapshot_preview1.fd_open")]
    [InlineData(
        "(import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i32)))",
        "wasi_snapshot_preview1.fd_write (as func (i32, i32) -> (), expected (i32, i32, i32, i32) -> i32)"
    )]
    [InlineData("(import \"wasi_unstable\" \"fd_close\" (func (param i32) (result i32)))", "wasi_unstable.fd_close")]
    [InlineData("(import \"env\" \"seed\" (func (result i64)))", "env.seed (as func () -> i64, expected () -> f64)")]
    [InlineData("(import \"env\" \"send\" (func (param i32 i32 i32 i32) (result i32)))", "env.send")]
    [InlineData("(import \"host-messaging\" \"receive\" (func))", "host-messaging.receive")]
    [InlineData(
        "(import \"host-messaging\" \"send\" (func (param i32)))",
        "host-messaging.send (as func (i32) -> (), expected (i32, i32, i32, i32) -> i32)"
    )]
    [InlineData("(import \"host-messaging\" \"self-id\" (global i32))", "host-messaging.self-id")]
    public void Decode_CoreModuleWithUnknownImport_NamesIt(string import, string name)
    {
        GuestDescription guest = DecodeWat(CoreWat(import));

        Assert.Equal([name], guest.UnknownImports);
        Assert.Contains(
            name.Contains("expected", StringComparison.Ordinal)
                ? $"it imports {name}: the host offers that with another type. "
                : $"it imports {name}, which the host does not offer (it offers host-messaging.send ",
            guest.Refusal
        );
        Assert.False(guest.Sends);
        Assert.Null(guest.Plan);
    }

    // Told "not offered", whoever has a wrong type would look for a newer host.
    [Fact]
    public void Decode_RequestOfAnotherType_SaysWhichTypeIsExpected()
    {
        const string Request = "(import \"host-messaging\" \"request\" (func (param i32) (result i32)))";
        const string Wrong =
            "host-messaging.request (as func (i32) -> i32, expected (i32, i32, i32, i32, i32, i32) -> i32)";

        Assert.StartsWith(
            $"it imports {Wrong}: the host offers that with another type. ",
            DecodeWat(CoreWat(Request)).Refusal
        );
        Assert.StartsWith(
            $"it imports {Wrong} and env.send, which the host does not offer, or not with that type (it offers ",
            DecodeWat(CoreWat($"{Request} (import \"env\" \"send\" (func))")).Refusal
        );
    }

    [Fact]
    public void Decode_CoreModuleThatOnlyAsksForItsId_DoesNotSend()
    {
        GuestDescription guest = DecodeWat(
            CoreWat("(import \"host-messaging\" \"self-id\" (func (param i32 i32) (result i32)))")
        );

        Assert.Equal(
            [new HostImport(HostMessaging.CoreModule, "self-id")],
            Assert.Single(guest.Plan!.Instances).Imports
        );
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
    public void Decode_HostMessaging_IsLowered()
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver(
                MessengerWat.HostMessaging(),
                """
                (core func $s (canon lower (func $host "self-id")
                    (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
                (core module $n (import "x" "y" (func (param i32))))
                (core instance (instantiate $n (with "x" (instance (export "y" (func $s))))))
                """
            )
        );

        Assert.True(guest.Sends);
        Assert.Equal([MessengerWat.Interface], guest.Imports);
        Assert.Equal(
            [new LoweredImport(MessengerWat.Interface, "self-id", new(0, "memory"), new(0, "cabi_realloc"))],
            guest.Plan!.Instances[1].Imports
        );
    }

    [Fact]
    public void Decode_HostMessagingWithOtherErrors_NamesWhatUsesThem()
    {
        string cases = MessengerWat.SendErrorCases.Replace("\"closed\"", "\"gone\"");
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(MessengerWat.HostMessaging(cases)));

        Assert.Equal(2, guest.UnknownImports.Count);
        Assert.Equal($"{MessengerWat.Interface}#send-error", guest.UnknownImports[0]);
        Assert.StartsWith($"{MessengerWat.Interface}#send (as ", guest.UnknownImports[1]);
    }

    [Theory]
    [InlineData("failure", "\"rejected\" \"trapped\" \"timed-out\" \"undeliverable\"")]
    [InlineData(
        "why-not",
        "\"invalid-message\" \"target-not-found\" \"capability-denied\" \"unsupported-codec\" \"payload-too-large\" \"queue-full\" "
            + "\"rate-limited\" \"closed\""
    )]
    public void Decode_ComponentWhoseWorldUsesATypeOfMessaging_CanBeHosted(string name, string labels)
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver($"(type $used (enum {labels})) (import \"{name}\" (type (eq $used)))")
        );

        Assert.Null(guest.Refusal);
        Assert.NotNull(guest.Plan);
    }

    [Theory]
    [InlineData("(import \"log\" (func (param \"a\" string)))", "log")]
    [InlineData("(import \"thing\" (type (sub resource)))", "thing")]
    [InlineData("(import \"my:own/store@0.1.0\" (instance (export \"get\" (func))))", "my:own/store@0.1.0")]
    [InlineData(
        "(import \"fire-and-forget:messaging/host-messaging@1.0.1\" (instance))",
        "fire-and-forget:messaging/host-messaging@1.0.1"
    )]
    [InlineData("(import \"wasi:cli/stdout@0.4.0\" (instance))", "wasi:cli/stdout@0.4.0")]
    [InlineData("(import \"wasi:nn/tensor@0.2.0-rc-2024\" (instance))", "wasi:nn/tensor@0.2.0-rc-2024")]
    [InlineData("(import \"a:b/wasi@0.2.0\" (instance))", "a:b/wasi@0.2.0")]
    [InlineData(
        "(import \"a:b/types@1.0.0\" (instance (type $r (record (field \"x\" u8))) (export \"r\" (type (eq $r)))))",
        "a:b/types@1.0.0"
    )]
    [InlineData("(type $r (list u8)) (import \"bytes\" (type (eq $r)))", "bytes")]
    [InlineData("(import \"m\" (core module))", "m")]
    [InlineData("(import \"c\" (component))", "c")]
    public void Decode_ComponentWithUnknownImport_NamesIt(string import, string name)
    {
        GuestDescription guest = DecodeWat(MessengerWat.Receiver(import));

        Assert.Equal([name], guest.UnknownImports);
        Assert.Equal([name], guest.Imports);
        Assert.True(guest.Receives);
        Assert.Contains($"it imports {name}, which the host does not offer", guest.Refusal);
        Assert.Equal(guest.Refusal, guest.Reason);
        Assert.Null(guest.Plan);
    }

    [Fact]
    public void Decode_WasiOfTheClosedWorld_IsPlanned()
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver(
                """
                (import "wasi:io/error@0.2.3" (instance $errors (export "error" (type (sub resource)))))
                (alias export $errors "error" (type $error))
                (import "wasi:io/poll@0.2.3" (instance $poll (export "pollable" (type (sub resource)))))
                (alias export $poll "pollable" (type $pollable))
                (import "wasi:io/streams@0.2.3" (instance $streams
                    (export "output-stream" (type $s (sub resource)))
                    (export "error" (type (eq $error)))
                    (export "pollable" (type $p (eq $pollable)))
                    (export "[method]output-stream.subscribe" (func (param "self" (borrow $s)) (result (own $p))))))
                (alias export $streams "output-stream" (type $stream))
                (alias export $streams "error" (type $same-error))
                """,
                """
                (core func $a (canon resource.drop $stream))
                (core func $b (canon resource.drop $same-error))
                (core func $c (canon lower (func $streams "[method]output-stream.subscribe")))
                (core module $n (import "x" "a" (func (param i32))) (import "x" "b" (func (param i32)))
                    (import "x" "c" (func (param i32) (result i32))))
                (core instance (instantiate $n (with "x" (instance
                    (export "a" (func $a)) (export "b" (func $b)) (export "c" (func $c))))))
                """
            )
        );

        Assert.True(guest.UsesWasi);
        Assert.Equal("", guest.Reason);
        Assert.Equal(
            [
                new ResourceDrop("wasi:io/streams@0.2.3", "output-stream"),
                new ResourceDrop("wasi:io/error@0.2.3", "error"),
                new LoweredImport("wasi:io/streams@0.2.3", "[method]output-stream.subscribe", null, null),
            ],
            guest.Plan!.Instances[1].Imports
        );
    }

    [Fact]
    public void Decode_WasiOutsideTheClosedWorld_GoesToTheComponentApi()
    {
        GuestDescription guest = DecodeWat(
            MessengerWat.Receiver(
                "(import \"wasi:http/types@0.2.0\" (instance)) (import \"wasi:cli/exit@0.2.0\" (instance))"
            )
        );

        Assert.True(guest.UsesWasi);
        Assert.Null(guest.Refusal);
        Assert.Empty(guest.UnknownImports);
        Assert.Null(guest.Plan);
        Assert.Equal("it imports wasi:http/types@0.2.0, which the direct runtime does not know", guest.Reason);
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

    [Fact]
    public void Decode_NamesWithControlCharacters_AreKept() =>
        Assert.Equal(["a\nb\u001b[31m"], DecodeWat("(module (func (export \"a\\0ab\\1b[31m\")))").Exports);

    [Theory]
    [InlineData("(component)")]
    [InlineData("\ufeff \r\n\t;; a comment\n(module)")]
    public void Decode_Wat_SaysSo(string text) =>
        Assert.Contains("WebAssembly text", Refused(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("", "no bytes")]
    [InlineData("7f454c46", "7f454c46")]
    [InlineData("00", "byte 1")]
    [InlineData("0061736d", "byte 4")]
    [InlineData("0061736d01", "byte 5")]
    [InlineData("0061736d02000000", "02000000")]
    [InlineData("0061736d0a000100", "0a000100")]
    [InlineData("0061736d0d000000", "0d000000")]
    public void Decode_NoKnownPreamble_SaysWhatWasFound(string bytes, string found) =>
        Assert.Contains(found, Refused(Convert.FromHexString(bytes)));

    /// <summary>A module that imports a core function of the component, and its instance.</summary>
    private static string Using(string function, string type) =>
        $"""
            (core module $n (import "x" "y" (func {type})))
            (core instance (instantiate $n (with "x" (instance (export "y" (func ${function}))))))
            """;

    private static string CoreWat(
        string import = "",
        string memory = "(memory (export \"memory\") 1)",
        string handle = "(param i32 i32 i32 i32) (result i32) i32.const 0"
    ) =>
        $"""
            (module {import} {memory}
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
                (func (export "handle-message") {handle}))
            """;
}
