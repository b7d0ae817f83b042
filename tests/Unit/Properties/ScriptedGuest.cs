using System.Globalization;
using System.Text;

namespace FireAndForget.Tests.Properties;

/// <summary>A guest that sends what a message tells it to, and answers with what its sends were answered with.</summary>
internal static class ScriptedGuest
{
    /// <summary>What a script starts with; everything else is handled without doing anything.</summary>
    public const byte Command = 0x55;

    /// <summary>Behind <see cref="Command"/>: nothing is to be done.</summary>
    public const byte Nothing = 0xFF;

    private const byte TrapCommand = 0xFE;
    private const int Statuses = (int)SendStatus.Closed + 1;

    // A script: the command, then for each send the target's length and text, the message's length and bytes. The answers are
    // the digits of what handle-message returns.
    private static readonly string Text = $"""
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 2)
          (global $next (mut i32) (i32.const 16))
          (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
            (local $block i32)
            (local.set $block (i32.and (i32.add (global.get $next) (i32.const 15)) (i32.const -16)))
            (global.set $next (i32.add (local.get $block) (local.get $size)))
            (local.get $block))
          (func (export "handle-message") (param i32 i32) (param $at i32) (param $length i32) (result i32)
            (local $end i32) (local $size i32) (local $target i32) (local $answers i32)
            (global.set $next (i32.const 16))
            (local.set $end (i32.add (local.get $at) (local.get $length)))
            (if (i32.eqz (local.get $length)) (then (return (i32.const 0))))
            (if (i32.ne (i32.load8_u (local.get $at)) (i32.const {Command})) (then (return (i32.const 0))))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (loop $next-send
              (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (local.get $answers))))
              (local.set $size (i32.load8_u (local.get $at)))
              (if (i32.eq (local.get $size) (i32.const {Nothing})) (then (return (i32.const 0))))
              (if (i32.eq (local.get $size) (i32.const {TrapCommand})) (then (unreachable)))
              (local.set $target (i32.add (local.get $at) (i32.const 1)))
              (local.set $at (i32.add (local.get $target) (local.get $size)))
              (local.set $answers
                (i32.add
                  (i32.mul (local.get $answers) (i32.const {Statuses}))
                  (call $send
                    (local.get $target)
                    (local.get $size)
                    (i32.add (local.get $at) (i32.const 1))
                    (i32.load8_u (local.get $at)))))
              (local.set $at (i32.add (i32.add (local.get $at) (i32.const 1)) (i32.load8_u (local.get $at))))
              (br $next-send))
            (unreachable)))
        """;

    public static ComponentSource Source { get; } = ComponentSource.FromText(Text, "scripted.wat");

    public static byte[] Trap { get; } = [Command, TrapCommand];

    public static byte[] Script(IEnumerable<(string Target, byte[] Message)> sends)
    {
        List<byte> script = [Command];
        foreach ((string target, byte[] message) in sends)
        {
            byte[] text = Encoding.UTF8.GetBytes(target);
            script.AddRange([(byte)text.Length, .. text, (byte)message.Length, .. message]);
        }

        return [.. script];
    }

    /// <summary>The answers of a script's sends, out of what its dead letter says; there is none where all were accepted.</summary>
    public static int[] Answers(string? reason, int sends)
    {
        int number = reason is null
            ? 0
            : int.Parse(string.Concat(reason.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
        int[] answers = new int[sends];
        for (int i = sends - 1; i >= 0; i--)
        {
            answers[i] = number % Statuses;
            number /= Statuses;
        }

        return answers;
    }
}
