using System.Text;

namespace FireAndForget.Tests;

/// <summary>
/// A component whose <c>handle-message</c> is an async function with a callback, and does what its message says with streams, futures and the
/// standard streams of WASI 0.3: a list of steps, each a function and up to three arguments. Sixteen registers of 32 bits stand for
/// what was answered; the last three are the event with which it was called back.
/// </summary>
internal static class ChannelGuest
{
    /// <summary>As an argument, stands for the register of that number.</summary>
    public const int Register = 0x7F00_0000;

    /// <summary>The register with the code of an event, before that with the handle and that with the result.</summary>
    public const int Event = 13;

    /// <summary>Where the bytes lie that a report shows behind the registers, and how many.</summary>
    public const int Data = 128;
    public const int DataBytes = 256;

    /// <summary>The size of the memory.</summary>
    public const int MemoryBytes = 4 * 65536;

    private const int Registers = 64;

    private const string Imports = $"""
        (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock
          (export "wait-for" (func async (param "how-long" u64)))))
        (import "wasi:cli/types@0.3.0" (instance $types
          (type $cases (enum "io" "illegal-byte-sequence" "pipe"))
          (export "error-code" (type (eq $cases)))))
        (alias export $types "error-code" (type $error))
        (import "wasi:cli/stdin@0.3.0" (instance $stdin
          (export "error-code" (type $code (eq $error)))
          (export "read-via-stream" (func (result (tuple (stream u8) (future (result (error $code)))))))))
        (import "wasi:cli/stdout@0.3.0" (instance $stdout
          (export "error-code" (type $code (eq $error)))
          (export "write-via-stream" (func (param "data" (stream u8)) (result (future (result (error $code))))))))
        (import "wasi:cli/stderr@0.3.0" (instance $stderr
          (export "error-code" (type $code (eq $error)))
          (export "write-via-stream" (func (param "data" (stream u8)) (result (future (result (error $code))))))))
        {StepGuest.Host}
        (core module $room
          (memory (export "memory") 4)
          (memory $other (export "other") 1)
          (data (memory $other) (i32.const 0) "elsewhere")
          (global $next (export "next") (mut i32) (i32.const 0x10000))
          {StepGuest.Realloc})
        (core instance $room (instantiate $room))
        (alias core export $room "memory" (core memory $memory))
        (type $bytes (stream u8))
        (type $wide (stream u64))
        (type $texts (stream string))
        (type $ticks (stream))
        (type $byte (future u8))
        (type $done (future (result (error $error))))
        (core func $send (canon lower (func $host "send") (memory $memory)))
        """;

    private static readonly Function[] Functions =
    [
        new("wait-for", "lower (func $clock \"wait-for\") async (memory $memory)", "(param i64) (result i32)"),
        new("subtask.cancel", "subtask.cancel", "(param i32) (result i32)"),
        new("subtask.drop", "subtask.drop", "(param i32)"),
        new("task.return", "task.return (result (result))", "(param i32)"),
        new("waitable-set.new", "waitable-set.new", "(result i32)"),
        new("waitable-set.poll", "waitable-set.poll (memory $memory)", "(param i32 i32) (result i32)"),
        new("waitable-set.wait", "waitable-set.wait (memory $memory)", "(param i32 i32) (result i32)"),
        new("waitable-set.drop", "waitable-set.drop", "(param i32)"),
        new("waitable.join", "waitable.join", "(param i32 i32)"),
        new("stdin", "lower (func $stdin \"read-via-stream\") (memory $memory)", "(param i32)"),
        new("stdout", "lower (func $stdout \"write-via-stream\")", "(param i32) (result i32)"),
        new("stderr", "lower (func $stderr \"write-via-stream\")", "(param i32) (result i32)"),
        .. OfStream("bytes"),
        new("bytes.read-waits", "stream.read $bytes (memory $memory)", "(param i32 i32 i32) (result i32)"),
        new("bytes.write-waits", "stream.write $bytes (memory $memory)", "(param i32 i32 i32) (result i32)"),
        new("bytes.cancel-read-async", "stream.cancel-read $bytes async", "(param i32) (result i32)"),
        new("bytes.write-other", "stream.write $bytes async (memory (core memory $room \"other\"))", Copies),
        .. OfStream("wide"),
        .. OfStream("texts", " (realloc (core func $room \"realloc\"))"),
        .. OfStream("ticks"),
        .. OfFuture("byte"),
        new("byte.read-waits", "future.read $byte (memory $memory)", "(param i32 i32) (result i32)"),
        .. OfFuture("done"),
    ];

    private const string Copies = "(param i32 i32 i32) (result i32)";

    public static string Component { get; } = Write();

    /// <summary>The same with the type of a function that is not async, and without the async form: exit is handled then.</summary>
    public static string SyncComponent { get; } = StepGuest.ToSync(Component);

    private static IEnumerable<Function> OfStream(string type, string forReading = "") =>
        [
            .. OfBoth(type, "stream"),
            new($"{type}.read", $"stream.read ${type} async (memory $memory){forReading}", Copies),
            new($"{type}.write", $"stream.write ${type} async (memory $memory)", Copies),
        ];

    private static IEnumerable<Function> OfFuture(string type) =>
        [
            .. OfBoth(type, "future"),
            new($"{type}.read", $"future.read ${type} async (memory $memory)", "(param i32 i32) (result i32)"),
            new($"{type}.write", $"future.write ${type} async (memory $memory)", "(param i32 i32) (result i32)"),
        ];

    private static IEnumerable<Function> OfBoth(string type, string kind) =>
        [
            new($"{type}.new", $"{kind}.new ${type}", "(result i64)"),
            new($"{type}.cancel-read", $"{kind}.cancel-read ${type}", "(param i32) (result i32)"),
            new($"{type}.cancel-write", $"{kind}.cancel-write ${type}", "(param i32) (result i32)"),
            new($"{type}.drop-readable", $"{kind}.drop-readable ${type}", "(param i32)"),
            new($"{type}.drop-writable", $"{kind}.drop-writable ${type}", "(param i32)"),
        ];

    private static string Write()
    {
        StringBuilder definitions = new();
        StringBuilder imports = new();
        StringBuilder exports = new();
        StringBuilder calls = new();
        for (int i = 0; i < Functions.Length; i++)
        {
            Function function = Functions[i];
            definitions.AppendLine($"(core func $f{i} (canon {function.Definition}))");
            imports.AppendLine($"(import \"host\" \"f{i}\" (func $f{i} {function.Type}))");
            exports.AppendLine($"(export \"f{i}\" (func $f{i}))");
            calls.AppendLine($"(if (i32.eq (local.get $operation) (i32.const {i})) (then {function.Call($"$f{i}")}))");
        }

        return $$"""
            (component {{Imports}}
            {{definitions}}
            (core module $main
              (import "room" "memory" (memory 4))
              (import "room" "next" (global $next (mut i32)))
              (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
              {{imports}}
              (global $at (mut i32) (i32.const 0))
              (global $end (mut i32) (i32.const 0))
              (global $sender (mut i32) (i32.const 0))
              (global $sender-length (mut i32) (i32.const 0))
              (func $argument (param $place i32) (result i32)
                (local $value i32)
                (local.set $value (i32.load (i32.add (global.get $at) (local.get $place))))
                (if (i32.eq (i32.and (local.get $value) (i32.const -16)) (i32.const {{Register}}))
                  (then (local.set $value
                    (i32.load offset={{Registers}} (i32.shl (i32.and (local.get $value) (i32.const 15)) (i32.const 2))))))
                (local.get $value))
              (func $run (result i32)
                (local $operation i32) (local $a i32) (local $b i32) (local $c i32) (local $keep i32) (local $answer i64)
                (loop $next
                  (if (i32.ge_u (global.get $at) (global.get $end)) (then (return (i32.const 0))))
                  (local.set $operation (i32.load (global.get $at)))
                  (local.set $a (call $argument (i32.const 4)))
                  (local.set $b (call $argument (i32.const 8)))
                  (local.set $c (call $argument (i32.const 12)))
                  (local.set $keep (i32.load offset=16 (global.get $at)))
                  (global.set $at (i32.add (global.get $at) (i32.const 20)))
                  (if (i32.eq (local.get $operation) (i32.const {{Steps.EndCode}}))
                    (then (return (i32.or (local.get $a) (i32.shl (local.get $b) (i32.const 4))))))
                  (if (i32.eq (local.get $operation) (i32.const {{Steps.ReportCode}})) (then
                    (call $send (global.get $sender) (global.get $sender-length)
                      (i32.const {{Registers}}) (i32.const {{Data - Registers + DataBytes}}) (i32.const 0))))
                  (if (i32.eq (local.get $operation) (i32.const {{Steps.FillCode}}))
                    (then (memory.fill (local.get $a) (local.get $b) (local.get $c))))
                  (if (i32.eq (local.get $operation) (i32.const {{Steps.HandleCode}}))
                    (then (local.set $answer (i64.extend_i32_u (i32.shr_u (local.get $a) (i32.const 4))))))
                  (if (i32.eq (local.get $operation) (i32.const {{Steps.LoadCode}}))
                    (then (local.set $answer (i64.load32_u (local.get $a)))))
                  (if (i32.eq (local.get $operation) (i32.const {{Steps.TrapCode}})) (then (unreachable)))
                  {{calls}}
                  (if (i32.ge_s (local.get $keep) (i32.const {{Steps.Both}}))
                    (then (i64.store offset={{Registers}} align=4
                      (i32.shl (i32.and (local.get $keep) (i32.const 15)) (i32.const 2)) (local.get $answer)))
                    (else (if (i32.ge_s (local.get $keep) (i32.const 0))
                      (then (i64.store32 offset={{Registers}} (i32.shl (local.get $keep) (i32.const 2)) (local.get $answer))))))
                  (br $next))
                (unreachable))
              (func (export "handle") (param i32 i32 i32 i32) (result i32)
                (global.set $next (i32.const 0x10000))
                (global.set $sender (local.get 0))
                (global.set $sender-length (local.get 1))
                (global.set $at (local.get 2))
                (global.set $end (i32.add (local.get 2) (local.get 3)))
                (call $run))
              (func (export "callback") (param i32 i32 i32) (result i32)
                (i32.store (i32.const {{Registers + (4 * Event)}}) (local.get 0))
                (i32.store (i32.const {{Registers + (4 * Event) + 4}}) (local.get 1))
                (i32.store (i32.const {{Registers + (4 * Event) + 8}}) (local.get 2))
                (call $run)))
            (core instance $main (instantiate $main (with "room" (instance $room)) (with "host" (instance
              (export "send" (func $send))
              {{exports}}))))
            (func (export "handle-message") async (param "sender" string) (param "message" (list u8)) (result (result))
              (canon lift (core func $main "handle") async (callback (core func $main "callback"))
                (memory $memory) (realloc (core func $room "realloc")))))
            """;
    }

    /// <summary>One of the functions that steps call.</summary>
    private sealed record Function(string Name, string Definition, string Type)
    {
        private static readonly string[] Arguments = ["(local.get $a)", "(local.get $b)", "(local.get $c)"];

        public string Call(string name)
        {
            int parameters = Type.StartsWith("(param", StringComparison.Ordinal)
                ? Type[..Type.IndexOf(')', StringComparison.Ordinal)].Split(' ').Length - 1
                : 0;
            string arguments = Type.Contains("(param i64)", StringComparison.Ordinal)
                ? "(i64.mul (i64.extend_i32_u (local.get $a)) (i64.const 1000000))"
                : string.Join(' ', Arguments.Take(parameters));
            string call = $"(call {name} {arguments})";
            return Type.EndsWith("(result i32)", StringComparison.Ordinal)
                    ? $"(local.set $answer (i64.extend_i32_u {call}))"
                : Type.EndsWith("(result i64)", StringComparison.Ordinal) ? $"(local.set $answer {call})"
                : call;
        }
    }

    /// <summary>The steps of a message.</summary>
    public sealed class Steps : StepList
    {
        public const int EndCode = 1000;
        public const int ReportCode = 1001;
        public const int FillCode = 1002;
        public const int HandleCode = 1003;
        public const int LoadCode = 1004;
        public const int TrapCode = 1005;

        /// <summary>Added to a register's number: the answer fills it and the next.</summary>
        public const int Both = 256;

        /// <summary>Calls a function, and keeps what it answers in a register.</summary>
        public Steps Do(string function, int a = 0, int b = 0, int c = 0, int keep = -1)
        {
            int number = Array.FindIndex(Functions, f => f.Name == function);
            return number < 0
                ? throw new ArgumentException($"The guest does not import {function}.", nameof(function))
                : Add(number, a, b, c, keep);
        }

        /// <summary>Makes a stream or future, and keeps its readable end in a register and the writable one in the next.</summary>
        public Steps New(string type, int register) => Do($"{type}.new", keep: Both + register);

        /// <summary>Ends the call: 0 is exit, 1 yield, 2 wait, for a set.</summary>
        public Steps End(int code, int set = 0) => Add(EndCode, code, set);

        public Steps Return() => Do("task.return", 0);

        /// <summary>Sends the registers and the data to the sender.</summary>
        public Steps Report() => Add(ReportCode);

        /// <summary>Fills a part of the memory with a byte.</summary>
        public Steps Fill(int address, char value, int count) => Add(FillCode, address, value, count);

        /// <summary>Puts a text into the memory.</summary>
        public Steps Put(int address, string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                Fill(address + i, text[i], 1);
            }

            return this;
        }

        /// <summary>Loads four bytes of the memory into a register.</summary>
        public Steps Load(int address, int register) => Add(LoadCode, address, keep: register);

        /// <summary>Starts a timer without waiting, and keeps its handle in a register.</summary>
        public Steps Start(int milliseconds, int register) =>
            Do("wait-for", milliseconds, keep: register).Add(HandleCode, Register + register, keep: register);

        public Steps Trap() => Add(TrapCode);

        private Steps Add(int operation, int a = 0, int b = 0, int c = 0, int keep = -1)
        {
            Write(operation, a, b, c, keep);
            return this;
        }
    }
}
