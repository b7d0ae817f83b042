using System.Globalization;
using System.Text;
using FireAndForget.Guests.Decoding;
using FireAndForget.Tests.Guests;

namespace FireAndForget.Tests.Wasi;

/// <summary>
/// Components that import all of WASI and do what their messages say. A call names a function and its arguments; one component makes
/// one call for each message, and its answer to the sender holds what the call returned and a piece of memory. The other one makes
/// many, and sends what is seen of each.
/// </summary>
internal static class WasiWat
{
    /// <summary>Where the guest's answers lie, and where the message's data is copied to.</summary>
    public const int Answer = 1024;
    public const int Data = 2048;

    /// <summary>Where realloc gives room during a call: what it gave shows in the answer.</summary>
    public const int Heap = 65536;

    /// <summary>How much memory from <see cref="Answer"/> on comes back.</summary>
    public const int Shown = Heap + 16384 - Answer;

    /// <summary>The result, and the memory.</summary>
    public const int AnswerBytes = 8 + Shown;

    /// <summary>The size of the memory.</summary>
    public const int MemoryBytes = 40 * 65536;

    /// <summary>A realloc that answers with this calls get-stdout first.</summary>
    public const uint CallingRealloc = 0xFFFFFFF0;

    public const int MostArguments = 12;

    /// <summary>In the message: the function, what realloc answers (0: as it should), the arguments, the data.</summary>
    public const int HeaderBytes = 8 + (MostArguments * 8);

    /// <summary>
    /// What <see cref="Script"/> sends of each call: a hash of the memory from <see cref="Answer"/> to <see cref="MostData"/> bytes
    /// behind <see cref="Data"/>, and of what realloc gave; what it returned, unless that is a time or a random number; 24 bytes at
    /// <see cref="Answer"/>. What poll gave is sorted before: Wasmtime's own does not name what is ready in the order of the list.
    /// </summary>
    public const int StepBytes = 8 + 8 + 24;

    /// <summary>The most data of a call of <see cref="Script"/>.</summary>
    public const int MostData = 1024;

    private static readonly string One = $"""
        (call $do (local.get $at) (local.get $length))
        (call $send
          (local.get $sender) (local.get $sender-length) (i32.const 1016) (i32.const {AnswerBytes}) (i32.const 24))
        """;

    private static readonly string Many = $"""
        (local.set $end (i32.add (local.get $at) (local.get $length)))
        (block $done
          (loop $next
            (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
            (call $do (i32.add (local.get $at) (i32.const 4)) (i32.load (local.get $at)))
            (i64.store (i32.const 1008)
              (call $hash
                (call $hash (i64.const 0) (i32.const {Answer}) (i32.const {Data + MostData}))
                (i32.const {Heap})
                (global.get $given)))
            (call $send
              (local.get $sender) (local.get $sender-length) (i32.const 1008) (i32.const {StepBytes}) (i32.const 24))
            (local.set $at
              (i32.add (local.get $at) (i32.add (i32.const 4) (i32.load (local.get $at)))))
            (br $next)))
        """;

    private static readonly Lazy<string> Text = new(() => With([]));
    private static readonly Lazy<string> ScriptText = new(() => Make(Many, isScript: true, []));

    /// <summary>One message makes one call.</summary>
    public static string Component => Text.Value;

    /// <summary>One message makes many calls, each with its length in front.</summary>
    public static string Script => ScriptText.Value;

    /// <summary>As <see cref="Component"/>, with more functions, which come behind <see cref="WasiFunction.All"/>.</summary>
    public static string With(IReadOnlyList<WasiFunction> more) => Make(One, isScript: false, more);

    /// <summary>One of these without a function that Wasmtime's own WASI does not have; another of the same type stands in its place.</summary>
    public static string ForWasmtime(string component) =>
        component
            .Replace(
                "\n    (export \"network-error-code\" (func (param \"err\" (borrow $error)) (result (option $error-code))))))",
                "))",
                StringComparison.Ordinal
            )
            .Replace(
                "(func $sockets-network \"network-error-code\")",
                "(func $filesystem-types \"filesystem-error-code\")",
                StringComparison.Ordinal
            );

    private static string Make(string handle, bool isScript, IReadOnlyList<WasiFunction> more)
    {
        WasiFunction[] functions = [.. WasiFunction.All, .. more];
        using Stream stream = typeof(DirectPlan).Assembly.GetManifestResourceStream("wasi.wat")!;
        using StreamReader reader = new(stream);
        StringBuilder text = new(reader.ReadToEnd().TrimEnd()[..^1]);
        text.Append(MessengerWat.HostMessaging());
        text.Append(
            """
            (core module $memory
              (memory (export "memory") 40)
              (table (export "table") 1 funcref)
              (type $get (func (result i32)))
              (global $next (export "next") (mut i32) (i32.const 0x40000))
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $block i32)
                (if (i32.eq (i32.load (i32.const 16)) (i32.const 0xFFFFFFF0))
                  (then (drop (call_indirect (type $get) (i32.const 0)))))
                (if (i32.load (i32.const 16)) (then (return (i32.load (i32.const 16)))))
                (local.set $block
                  (i32.and
                    (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1)))
                    (i32.sub (i32.const 0) (local.get 2))))
                (global.set $next (i32.add (local.get $block) (local.get 3)))
                (local.get $block)))
            (core instance $mem (instantiate $memory))
            (core func $send (canon lower (func $host "send") (memory (core memory $mem "memory"))))

            """
        );
        StringBuilder imports = new();
        StringBuilder calls = new();
        StringBuilder exports = new();
        StringBuilder elements = new();
        for (int i = 0; i < functions.Length; i++)
        {
            WasiFunction function = functions[i];
            string definition = function.Dropped is { } resource
                ? $"(alias export {function.Instance} \"{resource}\" (type $t{i})) (core func $f{i} (canon resource.drop $t{i}))"
                : $"(core func $f{i} (canon lower (func {function.Instance} \"{function.Name}\") "
                    + "(memory (core memory $mem \"memory\")) (realloc (core func $mem \"cabi_realloc\"))))";
            text.AppendLine(definition);
            exports.Append(CultureInfo.InvariantCulture, $"(export \"f{i}\" (func $f{i})) ");
            elements.Append(CultureInfo.InvariantCulture, $"$w{i} ");
            string parameters = string.Join(' ', function.Parameters.Select(CoreType));
            string result = function.Result.Length == 0 ? "" : $"(result {CoreType(function.Result[0])})";
            imports.AppendLine(
                CultureInfo.InvariantCulture,
                $"(import \"wasi\" \"f{i}\" (func $f{i} (param {parameters}) {result}))"
            );
            string arguments = string.Join(
                ' ',
                function.Parameters.Select((p, n) => $"({CoreType(p)}.load offset={8 + (n * 8)} (local.get $at))")
            );
            string call = $"(call $f{i} {arguments})";
            string wrapped = function.Result switch
            {
                "" => call,
                "i" => $"(i64.store (i32.const 1016) (i64.extend_i32_u {call}))",
                _ => isScript ? $"(drop {call})" : $"(i64.store (i32.const 1016) {call})",
            };
            if (isScript && function.Name == "poll")
            {
                wrapped +=
                    " (call $sort (i32.load (i32.load offset=24 (local.get $at))) (i32.load offset=4 (i32.load offset=24 (local.get $at))))";
            }

            calls.AppendLine(CultureInfo.InvariantCulture, $"(func $w{i} (type $call) (param $at i32) {wrapped})");
        }

        int stdout = WasiFunction.IndexOf("get-stdout");
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""
            (core module $main
              (type $call (func (param $at i32)))
              (import "mem" "memory" (memory 1))
              (import "mem" "table" (table $late 1 funcref))
              (import "mem" "next" (global $next (mut i32)))
              (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
              {{imports}}
              (global $given (mut i32) (i32.const 0))
              (table $calls funcref (elem {{elements}}))
              (elem (table $late) (i32.const 0) func $f{{stdout}})
              {{calls}}
              (func $do (param $at i32) (param $length i32)
                (memory.copy
                  (i32.const {{Data}})
                  (i32.add (local.get $at) (i32.const {{HeaderBytes}}))
                  (i32.sub (local.get $length) (i32.const {{HeaderBytes}})))
                (i64.store (i32.const 1016) (i64.const 0))
                (i32.store (i32.const 16) (i32.load offset=4 (local.get $at)))
                (global.set $next (i32.const {{Heap}}))
                (call_indirect $calls (type $call) (local.get $at) (i32.load (local.get $at)))
                (i32.store (i32.const 16) (i32.const 0))
                (global.set $given (global.get $next))
                (global.set $next (i32.const 0x40000)))
              (func $sort (param $list i32) (param $count i32)
                (local $at i32) (local $end i32) (local $one i32) (local $two i32)
                (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 2))))
                (block $done
                  (loop $again
                    (br_if $done (i32.lt_s (i32.sub (local.get $end) (local.get $list)) (i32.const 8)))
                    (local.set $at (local.get $list))
                    (loop $next
                      (local.set $one (i32.load (local.get $at)))
                      (local.set $two (i32.load offset=4 (local.get $at)))
                      (if (i32.gt_u (local.get $one) (local.get $two))
                        (then
                          (i32.store (local.get $at) (local.get $two))
                          (i32.store offset=4 (local.get $at) (local.get $one))))
                      (local.set $at (i32.add (local.get $at) (i32.const 4)))
                      (br_if $next (i32.lt_u (i32.add (local.get $at) (i32.const 4)) (local.get $end))))
                    (local.set $end (i32.sub (local.get $end) (i32.const 4)))
                    (br $again))))
              (func $hash (param $hash i64) (param $from i32) (param $to i32) (result i64)
                (block $done
                  (loop $next
                    (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
                    (local.set $hash
                      (i64.mul
                        (i64.xor (local.get $hash) (i64.add (i64.load8_u (local.get $from)) (i64.const 1)))
                        (i64.const 0x100000001B3)))
                    (local.set $from (i32.add (local.get $from) (i32.const 1)))
                    (br $next)))
                (local.get $hash))
              (func (export "handle-message")
                (param $sender i32) (param $sender-length i32) (param $at i32) (param $length i32) (result i32)
                (local $end i32)
                {{handle}}
                (i32.load8_u (i32.const 24))))
            (core instance $main (instantiate $main
              (with "mem" (instance $mem))
              (with "host" (instance (export "send" (func $send))))
              (with "wasi" (instance {{exports}}))))
            (func $h {{MessengerWat.HandleType}}
              (canon lift (core func $main "handle-message")
                (memory (core memory $mem "memory")) (realloc (core func $mem "cabi_realloc"))))
            (export "handle-message" (func $h)))
            """
        );
        return text.ToString();
    }

    private static string CoreType(char letter) => letter == 'i' ? "i32" : "i64";
}
