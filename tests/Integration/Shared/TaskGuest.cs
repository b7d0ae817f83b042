namespace FireAndForget.Tests;

/// <summary>
/// A component whose <c>handle-message</c> is an async function with a callback, and does what its message says: a list of steps, each an
/// operation and two arguments. A step may end the call; where the guest is called back it goes on with the next. Sixteen registers of
/// 32 bits stand for what was answered; the last three are the event with which it was called back.
/// </summary>
internal static class TaskGuest
{
    /// <summary>As an argument, stands for the register of that number.</summary>
    public const int Register = 0x100;

    /// <summary>The registers with the event: its code, the handle, and the state of what has ended.</summary>
    public const int Event = 13;
    public const int EventHandle = 14;
    public const int EventState = 15;

    public const string Imports = $"""
        (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock
          (export "now" (func (result u64)))
          (export "wait-for" (func async (param "how-long" u64)))))
        {StepGuest.Host}
        (core module $room
          (memory (export "memory") 2)
          (global $next (export "next") (mut i32) (i32.const 1024))
          {StepGuest.Realloc})
        (core instance $room (instantiate $room))
        (alias core export $room "memory" (core memory $memory))
        """;

    private const string BuiltIns = """
        (core func $start (canon lower (func $clock "wait-for") async (memory $memory)))
        (core func $wait (canon lower (func $clock "wait-for")))
        (core func $send (canon lower (func $host "send") (memory $memory)))
        (core func $return (canon task.return (result (result))))
        (core func $return-nothing (canon task.return))
        (core func $return-other (canon task.return (result u64)))
        (core func $new-set (canon waitable-set.new))
        (core func $wait-set (canon waitable-set.wait (memory $memory)))
        (core func $poll-set (canon waitable-set.poll (memory $memory)))
        (core func $drop-set (canon waitable-set.drop))
        (core func $join (canon waitable.join))
        (core func $drop (canon subtask.drop))
        (core func $cancel (canon subtask.cancel))
        (core func $set (canon context.set i32 0))
        (core func $get (canon context.get i32 0))
        (core func $yield (canon thread.yield))
        (core func $press (canon backpressure.inc))
        (core func $ease (canon backpressure.dec))
        (core func $cancel-task (canon task.cancel))
        """;

    private const string Main = """
        (core module $main
          (import "room" "memory" (memory 2))
          (import "room" "next" (global $next (mut i32)))
          (import "host" "start" (func $start (param i64) (result i32)))
          (import "host" "wait" (func $wait (param i64)))
          (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
          (import "host" "return" (func $return (param i32)))
          (import "host" "return-nothing" (func $return-nothing))
          (import "host" "return-other" (func $return-other (param i64)))
          (import "host" "new-set" (func $new-set (result i32)))
          (import "host" "wait-set" (func $wait-set (param i32 i32) (result i32)))
          (import "host" "poll-set" (func $poll-set (param i32 i32) (result i32)))
          (import "host" "drop-set" (func $drop-set (param i32)))
          (import "host" "join" (func $join (param i32 i32)))
          (import "host" "drop" (func $drop (param i32)))
          (import "host" "cancel" (func $cancel (param i32) (result i32)))
          (import "host" "set" (func $set (param i32)))
          (import "host" "get" (func $get (result i32)))
          (import "host" "yield" (func $yield (result i32)))
          (import "host" "press" (func $press))
          (import "host" "ease" (func $ease))
          (import "host" "cancel-task" (func $cancel-task))
          (global $at (mut i32) (i32.const 0))
          (global $end (mut i32) (i32.const 0))
          (global $sender (mut i32) (i32.const 0))
          (global $sender-length (mut i32) (i32.const 0))
          (func $argument (param $place i32) (result i32)
            (local $value i32)
            (local.set $value (i32.load (i32.add (global.get $at) (local.get $place))))
            (if (i32.eq (i32.and (local.get $value) (i32.const -16)) (i32.const 0x100))
              (then (local.set $value
                (i32.load offset=64 (i32.shl (i32.and (local.get $value) (i32.const 15)) (i32.const 2))))))
            (local.get $value))
          (func $run (result i32)
            (local $operation i32) (local $a i32) (local $b i32) (local $answer i32)
            (loop $next
              (if (i32.ge_u (global.get $at) (global.get $end)) (then (return (i32.const 0))))
              (local.set $operation (i32.load (global.get $at)))
              (local.set $a (call $argument (i32.const 4)))
              (local.set $b (call $argument (i32.const 8)))
              (global.set $at (i32.add (global.get $at) (i32.const 12)))
              (block $done
              (block $o22 (block $o21 (block $o20 (block $o19 (block $o18 (block $o17 (block $o16 (block $o15 (block $o14
              (block $o13 (block $o12 (block $o11 (block $o10 (block $o9 (block $o8 (block $o7 (block $o6 (block $o5 (block $o4
              (block $o3 (block $o2 (block $o1 (block $o0
                (br_table $o0 $o1 $o2 $o3 $o4 $o5 $o6 $o7 $o8 $o9 $o10 $o11 $o12 $o13 $o14 $o15 $o16 $o17 $o18 $o19 $o20 $o21
                  $o22 (local.get $operation)))
                (return (i32.or (local.get $a) (i32.shl (local.get $b) (i32.const 4)))))
                (local.set $answer (call $start (i64.mul (i64.extend_i32_u (local.get $a)) (i64.const 1000000)))) (br $done))
                (call $wait (i64.mul (i64.extend_i32_u (local.get $a)) (i64.const 1000000))) (br $done))
                (local.set $answer (call $new-set)) (br $done))
                (local.set $answer (call $wait-set (local.get $a) (local.get $b))) (br $done))
                (local.set $answer (call $poll-set (local.get $a) (local.get $b))) (br $done))
                (call $drop-set (local.get $a)) (br $done))
                (call $join (local.get $a) (local.get $b)) (br $done))
                (call $drop (local.get $a)) (br $done))
                (local.set $answer (call $cancel (local.get $a))) (br $done))
                (call $return (local.get $a)) (br $done))
                (call $return-nothing) (br $done))
                (call $return-other (i64.extend_i32_u (local.get $a))) (br $done))
                (call $set (local.get $a)) (br $done))
                (local.set $answer (call $get)) (br $done))
                (local.set $answer (call $yield)) (br $done))
                (call $press) (br $done))
                (call $ease) (br $done))
                (call $cancel-task) (br $done))
                (i32.store offset=64 (i32.shl (local.get $a) (i32.const 2)) (local.get $answer)) (br $done))
                (local.set $answer (i32.shr_u (local.get $a) (i32.const 4))) (br $done))
                (call $send (global.get $sender) (global.get $sender-length) (i32.const 64) (i32.const 64) (i32.const 0)) (br $done))
                (unreachable))
              (br $next))
            (unreachable))
          (func (export "handle") (param i32 i32 i32 i32) (result i32)
            (global.set $next (i32.const 1024))
            (global.set $sender (local.get 0))
            (global.set $sender-length (local.get 1))
            (global.set $at (local.get 2))
            (global.set $end (i32.add (local.get 2) (local.get 3)))
            (memory.fill (i32.const 64) (i32.const 0) (i32.const 64))
            (call $run))
          (func (export "callback") (param i32 i32 i32) (result i32)
            (i32.store (i32.const 116) (local.get 0))
            (i32.store (i32.const 120) (local.get 1))
            (i32.store (i32.const 124) (local.get 2))
            (call $run)))
        (core instance $main (instantiate $main (with "room" (instance $room)) (with "host" (instance
          (export "start" (func $start)) (export "wait" (func $wait)) (export "send" (func $send)) (export "return" (func $return))
          (export "return-nothing" (func $return-nothing)) (export "return-other" (func $return-other))
          (export "new-set" (func $new-set)) (export "wait-set" (func $wait-set)) (export "poll-set" (func $poll-set))
          (export "drop-set" (func $drop-set)) (export "join" (func $join)) (export "drop" (func $drop))
          (export "cancel" (func $cancel)) (export "set" (func $set)) (export "get" (func $get)) (export "yield" (func $yield))
          (export "press" (func $press)) (export "ease" (func $ease)) (export "cancel-task" (func $cancel-task))))))
        """;

    public const string Lift = """
        (func (export "handle-message") async (param "sender" string) (param "message" (list u8)) (result (result))
          (canon lift (core func $main "handle") async (callback (core func $main "callback"))
            (memory $memory) (realloc (core func $room "realloc"))))
        """;

    public const string Component = $"(component {Imports}{BuiltIns}{Main}{Lift})";

    /// <summary>The same with the type of a function that is not async, and without the async form: exit is handled then.</summary>
    public static string SyncComponent { get; } = StepGuest.ToSync(Component);

    /// <summary>The steps of a message.</summary>
    public sealed class Steps : StepList
    {
        /// <summary>Ends the call: 0 is exit, 1 yield, 2 wait, for a set.</summary>
        public Steps End(int code, int set = 0) => Add(0, code, set);

        public Steps Exit() => End(0);

        /// <summary>Starts a timer without waiting, and keeps its handle in a register.</summary>
        public Steps Start(int milliseconds, int register) =>
            Add(1, milliseconds).Keep(register).Add(20, Register + register).Keep(register);

        /// <summary>Starts a timer without waiting, and keeps what that answers.</summary>
        public Steps StartRaw(int milliseconds, int register) => Add(1, milliseconds).Keep(register);

        /// <summary>Calls a function that waits.</summary>
        public Steps Sleep(int milliseconds) => Add(2, milliseconds);

        public Steps NewSet(int register) => Add(3).Keep(register);

        /// <summary>Waits for a set; the event's code is kept, and the event itself goes to an address.</summary>
        public Steps WaitSet(int set, int register, int at = 64) => Add(4, set, at).Keep(register);

        public Steps PollSet(int set, int register, int at = 64) => Add(5, set, at).Keep(register);

        public Steps DropSet(int set) => Add(6, set);

        public Steps Join(int waitable, int set) => Add(7, waitable, set);

        public Steps Drop(int subtask) => Add(8, subtask);

        public Steps Cancel(int subtask, int register) => Add(9, subtask).Keep(register);

        public Steps Return(int discriminant = 0) => Add(10, discriminant);

        public Steps ReturnNothing() => Add(11);

        public Steps ReturnOther() => Add(12);

        public Steps SetContext(int value) => Add(13, value);

        public Steps GetContext(int register) => Add(14).Keep(register);

        public Steps YieldNow(int register) => Add(15).Keep(register);

        public Steps Press() => Add(16);

        public Steps Ease() => Add(17);

        public Steps CancelTask() => Add(18);

        /// <summary>Sends the registers to the sender.</summary>
        public Steps Report() => Add(21);

        public Steps Trap() => Add(22);

        private Steps Keep(int register) => Add(19, register);

        private Steps Add(int operation, int a = 0, int b = 0)
        {
            Write(operation, a, b);
            return this;
        }
    }
}
