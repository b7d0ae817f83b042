namespace FireAndForget.Tests.Diagnostics;

/// <summary>A guest that does what a message's first byte says.</summary>
internal static class ObedientGuest
{
    public const byte Handle = 0;
    public const byte Reject = 1;
    public const byte Trap = 2;

    /// <summary>Makes its memory, of one page at first, a page larger.</summary>
    public const byte Grow = 3;

    /// <summary>Sends the message back to its sender and answers with what <c>send</c> answered.</summary>
    public const byte Answer = 4;

    /// <summary>Does not end.</summary>
    public const byte Loop = 5;

    public const string Text = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (global $next (mut i32) (i32.const 1024))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (local $block i32)
            (local.set $block (global.get $next))
            (global.set $next (i32.add (local.get $block) (local.get 3)))
            (local.get $block))
          (func (export "handle-message")
            (param $sender i32) (param $sender-length i32) (param $message i32) (param $length i32) (result i32)
            (local $what i32)
            (global.set $next (i32.const 1024))
            (local.set $what (i32.load8_u (local.get $message)))
            (if (i32.eq (local.get $what) (i32.const 1)) (then (return (i32.const 1))))
            (if (i32.eq (local.get $what) (i32.const 2)) (then (unreachable)))
            (if (i32.eq (local.get $what) (i32.const 3)) (then (drop (memory.grow (i32.const 1)))))
            (if (i32.eq (local.get $what) (i32.const 5)) (then (loop $again (br $again))))
            (if (i32.eq (local.get $what) (i32.const 4))
              (then
                (return
                  (call $send
                    (local.get $sender) (local.get $sender-length) (local.get $message) (local.get $length)))))
            (i32.const 0)))
        """;

    public static Component Add(MessagingHost host, string id, ComponentOptions? options = null) =>
        host.AddComponent(id, ComponentSource.FromText(Text, $"{id}.wat"), options ?? new() { SendsTo = ["*"] });
}
