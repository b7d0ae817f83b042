using System.Globalization;
using System.Text;
using FireAndForget.Guests.Direct;
using FireAndForget.Tests.Guests;

namespace FireAndForget.Tests.Wasi;

/// <summary>
/// A component that imports all of WASI and does what its messages say: each names a function and its arguments, and the answer to
/// the sender holds what it returned and a piece of memory.
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

    public const int MostArguments = 8;

    /// <summary>In the message: the function, what realloc answers (0: as it should), the arguments, the data.</summary>
    public const int HeaderBytes = 8 + (MostArguments * 8);

    private static readonly Lazy<string> Text = new(() => With([]));

    public static string Component => Text.Value;

    /// <summary>With more functions, which come behind <see cref="WasiFunction.All"/>.</summary>
    public static string With(IReadOnlyList<WasiFunction> more)
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
                _ => $"(i64.store (i32.const 1016) {call})",
            };
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
              (table $calls funcref (elem {{elements}}))
              (elem (table $late) (i32.const 0) func $f{{stdout}})
              {{calls}}
              (func (export "handle-message")
                (param $sender i32) (param $sender-length i32) (param $at i32) (param $length i32) (result i32)
                (memory.copy
                  (i32.const 2048)
                  (i32.add (local.get $at) (i32.const {{HeaderBytes}}))
                  (i32.sub (local.get $length) (i32.const {{HeaderBytes}})))
                (i64.store (i32.const 1016) (i64.const 0))
                (i32.store (i32.const 16) (i32.load offset=4 (local.get $at)))
                (global.set $next (i32.const {{Heap}}))
                (call_indirect $calls (type $call) (local.get $at) (i32.load (local.get $at)))
                (i32.store (i32.const 16) (i32.const 0))
                (global.set $next (i32.const 0x40000))
                (call $send
                  (local.get $sender) (local.get $sender-length) (i32.const 1016) (i32.const {{AnswerBytes}}) (i32.const 24))
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
