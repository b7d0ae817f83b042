using FireAndForget.Guests.Decoding;
using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>
/// A random guest, as text: a sound receiver with random parts around it that use what the engine has on beyond the first version of
/// WebAssembly. Each bit of a message's first byte stands for a function that is called when the message is handled.
/// </summary>
/// <param name="Text">The guest as WAT.</param>
/// <param name="IsHostable">Whether a host has to load it. One that is not is a core module whose exports Wasmtime cannot list.</param>
internal sealed record GeneratedGuest(string Text, bool IsHostable);

/// <summary>Makes guests, each decided by the numbers that it is given alone.</summary>
internal static class GuestGenerator
{
    private const int Parts = 8;
    private const string Memory = "$memory";
    private const string Messaging = "fire-and-forget:messaging/host-messaging@1.0.0";

    private const string Resource = """
        (core module $destructor (global $count (mut i32) (i32.const 0))
          (func (export "drop") (param i32) (global.set $count (i32.add (global.get $count) (local.get 0)))))
        (core instance $destructor (instantiate $destructor))
        (type $resource (resource (rep i32) (dtor (core func $destructor "drop"))))
        (core func $new (canon resource.new $resource))
        (core func $rep (canon resource.rep $resource))
        (core func $drop (canon resource.drop $resource))
        """;

    private const string ResourceExports =
        " (export \"new\" (func $new)) (export \"rep\" (func $rep)) (export \"drop\" (func $drop))";

    public static GeneratedGuest Make(Randomness random) => random.OneIn(3) ? CoreModule(random) : Component(random);

    /// <summary>A guest that is a core module.</summary>
    public static GeneratedGuest CoreModule(Randomness random)
    {
        ModuleWriter main = new(new TypeSection(random), "", random) { HasWideMemories = false };
        main.AddImport("(import \"host-messaging\" \"send\" (func $send (param i32 i32 i32 i32) (result i32)))");
        main.HostCalls.Add(writer =>
            $"(drop (call $send (i32.const 2048) (i32.const 4) {writer.Address(false, 1)} (i32.const {random.Below(64)})))"
        );
        AddReceiver(main, random);
        ModuleItem[] exports = Exports(main, isListable: !random.OneIn(8), random);
        return new($"(module{main}\n)", exports.All(item => item.IsListable));
    }

    /// <summary>A guest that is a component.</summary>
    public static GeneratedGuest Component(Randomness random)
    {
        // Half of them have nothing that the direct runtime leaves to the component API.
        bool isDirect = random.OneIn(2);
        TypeSection types = new(random);
        ModuleWriter provider = new(types, "p", random) { HasWideMemories = !isDirect };
        provider.AddMemory(new("$pmemory", Is64: false));
        provider.Add("(data (memory $pmemory) (i32.const 2048) \"sink\")");
        provider.AddRandomParts(1 + random.Below(2));
        ModuleItem[] provided = Exports(provider, isDirect, random);
        provider.Add("(export \"lowering\" (memory $pmemory))");

        ModuleWriter main = new(types, "", random) { HasWideMemories = !isDirect };
        ModuleItem[] taken = [.. provided.Where(item => random.OneIn(2) && !(isDirect && item is TagItem))];
        foreach (ModuleItem item in taken)
        {
            main.Import("provider", item);
        }

        bool sends = random.OneIn(2);
        if (sends)
        {
            main.AddImport("(import \"host\" \"send\" (func $send (param i32 i32 i32 i32 i32)))");
            main.HostCalls.Add(writer =>
                $"(call $send (i32.const 2048) (i32.const 4) {writer.Address(false, 1)} (i32.const {random.Below(64)}) (i32.const 1024))"
            );
        }

        bool hasResource = !isDirect && random.OneIn(2);
        if (hasResource)
        {
            AddResource(main);
        }

        AddReceiver(main, random);
        Exports(main, isDirect, random);
        string extra = AddExtra(main, random);
        string lowered = "(canon lower (func $messaging \"send\") (memory (core memory $provider \"lowering\")))";
        string host = (sends ? " (export \"send\" (func $send))" : "") + (hasResource ? ResourceExports : "");
        string body = $"""
            (core module $provider{provider})
            (core instance $provider (instantiate $provider))
            {(sends ? $"(core func $send {lowered})" : "")}
            {(hasResource ? Resource : "")}
            (core module $main{main})
            {Handed(taken, random)}
            (core instance $host{host})
            (core instance $main (instantiate $main (with "provider" (instance $handed)) (with "host" (instance $host))))
            {TypesOf(random)}
            (func $handle (param "sender" string) (param "message" (list u8)) (result (result))
              (canon lift (core func $main "handle-message") (memory (core memory $main "memory"))
                (realloc (core func $main "cabi_realloc")){Options(isDirect, random)}))
            {extra}
            (export "handle-message" (func $handle))
            {ExtraExport(random)}
            """;
        return new(Framed(body, sends, isDirect, random), IsHostable: true);
    }

    /// <summary>The receiver, the random parts, and the functions that messages ask for.</summary>
    private static void AddReceiver(ModuleWriter main, Randomness random)
    {
        main.AddMemory(new(Memory, Is64: false));
        main.Add($"(export \"memory\" (memory {Memory}))");
        main.Add($"(data (memory {Memory}) (i32.const 2048) \"sink\")");
        main.AddRandomParts(1 + random.Below(3));
        string calls = "";
        for (int i = 0; i < Parts; i++)
        {
            main.AddFunction(new($"$part{i}", null, [WasmType.I32, WasmType.I32], [WasmType.I32]));
            calls += $"""
                (if (i32.and (local.get $bits) (i32.const {1 << i}))
                  (then (local.set $hash (i32.add (i32.rotl (local.get $hash) (i32.const 5)) (call $part{i} (local.get $at) (local.get $length))))))

                """;
        }

        main.Add(
            $"""
            (global $next (mut i32) (i32.const 4096))
            (func (export "cabi_realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
              (local $block i32)
              (local.set $block (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1))) (i32.sub (i32.const 0) (local.get $align))))
              (global.set $next (i32.add (local.get $block) (local.get $size)))
              (local.get $block))
            (type $post (func (param i32)))
            (func (export "post") (type $post) (param i32))
            (func (export "handle-message") (param $sender i32) (param $sender-length i32) (param $at i32) (param $length i32) (result i32)
              (local $bits i32) (local $hash i32)
              (global.set $next (i32.const 4096))
              (global.set {ModuleWriter.Counter} (i32.const 64))
              (if (local.get $length) (then (local.set $bits (i32.load8_u {Memory} (local.get $at)))))
            {calls}  (i32.and (local.get $hash) (i32.const 1)))
            """
        );
    }

    /// <summary>A function besides the contract's, of any simple type.</summary>
    /// <returns>How it is lifted.</returns>
    private static string AddExtra(ModuleWriter main, Randomness random)
    {
        (string Type, string Core)[] types = [.. Enumerable.Range(0, 4).Select(_ => ComponentTypes.Primitive(random))];
        (string result, string core) = types[0];
        string signature = $"(param {types[1].Core} {types[2].Core} {types[3].Core}) (result {core})";
        // It gets a type of its own: where only parameters and results stand, an equal type that may be extended would be taken.
        main.Add($"(type $extra (func {signature}))");
        main.Add($"(func (export \"extra\") (type $extra) {signature} ({core}.const 1))");
        return $"""
            (func $extra (param "a" {types[1].Type}) (param "b" (tuple {types[2].Type} {types[
                3
            ].Type})) (result {result})
              (canon lift (core func $main "extra")))
            """;
    }

    private static ModuleItem[] Exports(ModuleWriter module, bool isListable, Randomness random)
    {
        ModuleItem[] exports =
        [
            .. module.Own.Where(item => (item.IsListable || !isListable) && item.Name != Memory && !random.OneIn(3)),
        ];
        foreach (ModuleItem item in exports)
        {
            module.Add(item.Export());
        }

        return exports;
    }

    /// <summary>What the provider gives, in an instance of its own.</summary>
    private static string Handed(ModuleItem[] taken, Randomness random)
    {
        IEnumerable<string> exports = taken.Select(item =>
            $"(export \"{item.ExportAs}\" ({item.Sort} $provider \"{item.ExportAs}\"))"
        );
        return random.OneIn(2)
            ? $"(core instance $handed {string.Join(' ', exports)})"
            : $"""
                (alias core export $provider "lowering" (core memory $again))
                (core instance $handed {string.Join(' ', exports)} (export "more" (memory $again)))
                """;
    }

    private static void AddResource(ModuleWriter main)
    {
        main.AddImport("(type $i32-to-i32 (func (param i32) (result i32)))");
        main.AddImport("(type $i32-to-nothing (func (param i32)))");
        main.AddImport("(import \"host\" \"new\" (func $new (type $i32-to-i32)))");
        main.AddImport("(import \"host\" \"rep\" (func $rep (type $i32-to-i32)))");
        main.AddImport("(import \"host\" \"drop\" (func $drop (type $i32-to-nothing)))");
        main.HostCalls.Add(writer => $"(call $drop (call $new {writer.I32(1)}))");
        main.HostCalls.Add(writer => $"(drop (call $rep (call $new {writer.I32(1)})))");
    }

    private static string TypesOf(Randomness random) =>
        string.Join(
            '\n',
            Enumerable.Range(0, random.Below(8)).Select(i => $"(type $x{i} {ComponentTypes.Definition(i, random)})")
        );

    private static string Options(bool isDirect, Randomness random)
    {
        string encoding =
            isDirect || random.OneIn(2) ? "utf8"
            : random.OneIn(2) ? "utf16"
            : "latin1+utf16";
        return $"{(random.OneIn(2) ? $" string-encoding={encoding}" : "")}{(random.OneIn(2) ? " (post-return (core func $main \"post\"))" : "")}";
    }

    private static string ExtraExport(Randomness random) =>
        random.Below(3) switch
        {
            0 => "(export \"extra\" (func $extra))",
            1 => "(instance $bag (export \"extra\" (func $extra)))\n(export \"bag\" (instance $bag))",
            _ => "",
        };

    /// <summary>The component alone, or in one more component, or in two.</summary>
    private static string Framed(string body, bool sends, bool isDirect, Randomness random)
    {
        string import = sends
            ? $"""
                (import "{Messaging}" (instance $messaging
                  (type $cases (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
                    "payload-too-large" "queue-full" "rate-limited" "closed"))
                  (export "send-error" (type $send-error (eq $cases)))
                  (export "send" (func (param "target" string) (param "message" (list u8)) (result (result (error $send-error)))))
                  (export "self-id" (func (result string)))))
                """
            : "";
        string text = $"{import}\n{body}";
        for (int frames = isDirect ? 0 : random.Below(3); frames > 0; frames--)
        {
            string with = sends ? $" (with \"{Messaging}\" (instance $messaging))" : "";
            string handle = random.OneIn(2)
                ? "(alias export $inner \"handle-message\" (func $handle))"
                : "(instance $bag (export \"handle\" (func $inner \"handle-message\"))) (alias export $bag \"handle\" (func $handle))";
            text = $"""
                {import}
                (component $inner {text})
                (instance $inner (instantiate $inner{with}))
                {handle}
                (export "handle-message" (func $handle))
                """;
        }

        return $"(component\n{text}\n)";
    }
}
