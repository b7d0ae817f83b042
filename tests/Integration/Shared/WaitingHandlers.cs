namespace FireAndForget.Tests;

/// <summary>
/// The guest of <see cref="TaskHandlers"/>, whose handlers wait for ten seconds of the host's clock instead of yielding; handle-reply yields.
/// When one has begun to wait it sends "responder" to "client". A first byte of 4 makes the guest trap behind its result; one of 6 does so
/// too, with a request to "responder" open.
/// </summary>
internal static class WaitingHandlers
{
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    public static string Component { get; } =
        TaskHandlers
            .Component.With(
                "(component",
                """
                (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock
                  (export "wait-for" (func async (param "how-long" u64)))))
                """
            )
            .With(
                "(core func $nothing (canon task.return))",
                """
                (core func $start (canon lower (func $clock "wait-for") async (memory $memory)))
                (core func $new-set (canon waitable-set.new))
                (core func $drop-set (canon waitable-set.drop))
                (core func $join (canon waitable.join))
                (core func $drop (canon subtask.drop))
                """
            )
            .With(
                "(import \"host\" \"nothing\" (func $nothing))",
                """
                (import "host" "start" (func $start (param i64) (result i32)))
                (import "host" "new-set" (func $new-set (result i32)))
                (import "host" "drop-set" (func $drop-set (param i32)))
                (import "host" "join" (func $join (param i32 i32)))
                (import "host" "drop" (func $drop (param i32)))
                """
            )
            .With(
                "(export \"answered\" (func $answered))",
                """
                (export "start" (func $start)) (export "new-set" (func $new-set)) (export "drop-set" (func $drop-set))
                (export "join" (func $join)) (export "drop" (func $drop))
                """
            )
            .With(
                "(global $handler (mut i32) (i32.const 0))",
                """
                (global $set (mut i32) (i32.const 0))
                (global $timer (mut i32) (i32.const 0))
                (func $wait (result i32)
                  (global.set $set (call $new-set))
                  (global.set $timer (i32.shr_u (call $start (i64.const 10000000000)) (i32.const 4)))
                  (call $join (global.get $timer) (global.get $set))
                  (call $send (i32.const 25) (i32.const 6) (i32.const 16) (i32.const 9) (i32.const 64))
                  (i32.or (i32.const 2) (i32.shl (global.get $set) (i32.const 4))))
                """
            )
            .With("(then (global.set $length (i32.const 65536))))", "(return (call $wait))")
            .With(
                "(local $discriminant i32)",
                """
                (if (global.get $set)
                  (then
                    (call $drop (global.get $timer))
                    (call $drop-set (global.get $set))
                    (global.set $set (i32.const 0))))
                """
            )
            .With(
                "(memory.fill (i32.const 1024) (i32.const 63) (i32.const 1024))",
                """
                (if (i32.or (i32.eq (global.get $asked) (i32.const 4)) (i32.eq (global.get $asked) (i32.const 6)))
                  (then (unreachable)))
                """
            )
            .Replace(
                "(i32.eq (i32.load8_u (local.get 2)) (i32.const 9))",
                "(i32.ge_u (i32.load8_u (local.get 2)) (i32.const 6))",
                StringComparison.Ordinal
            )
            // Its requests may be open for longer than it waits.
            .Replace("(i32.const 10000)", "(i32.const 60000)", StringComparison.Ordinal);

    /// <summary>The text with something more behind a part that it has once.</summary>
    private static string With(this string text, string part, string more)
    {
        int at = text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 || text.IndexOf(part, at + 1, StringComparison.Ordinal) >= 0
            ? throw new InvalidOperationException($"'{part}' is to stand in the guest once.")
            : text.Insert(at + part.Length, $"\n{more}");
    }
}
