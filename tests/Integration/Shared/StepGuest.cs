using System.Buffers.Binary;

namespace FireAndForget.Tests;

/// <summary>What the guests share that do the steps of their messages: <see cref="TaskGuest"/> and <see cref="ChannelGuest"/>.</summary>
internal static class StepGuest
{
    /// <summary>Milliseconds that no test waits for.</summary>
    public const int Long = 3_600_000;

    /// <summary>The import <c>$host</c>, with which a guest sends.</summary>
    public const string Host = """
        (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host
          (type $cases (enum "invalid-message" "target-not-found" "capability-denied" "unsupported-codec"
            "payload-too-large" "queue-full" "rate-limited" "closed"))
          (export "send-error" (type $error (eq $cases)))
          (export "send" (func (param "target" string) (param "message" (list u8)) (result (result (error $error)))))))
        """;

    /// <summary>A realloc that gives the room at <c>$next</c>, and never takes any back.</summary>
    public const string Realloc = """
        (func (export "realloc") (param i32 i32 i32 i32) (result i32)
          (local $block i32)
          (local.set $block (global.get $next))
          (global.set $next (i32.add (local.get $block) (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))
          (local.get $block))
        """;

    /// <summary>A guest with the type of a function that is not async, and without the async form: exit is handled then.</summary>
    public static string ToSync(string component) =>
        component
            .Replace(
                "(func (export \"handle-message\") async",
                "(func (export \"handle-message\")",
                StringComparison.Ordinal
            )
            .Replace(" async (callback (core func $main \"callback\"))", "", StringComparison.Ordinal);
}

/// <summary>The steps of a message, as words of 32 bits.</summary>
internal abstract class StepList
{
    private readonly List<int> _words = [];

    /// <summary>The message.</summary>
    public byte[] Message
    {
        get
        {
            byte[] bytes = new byte[_words.Count * sizeof(int)];
            for (int i = 0; i < _words.Count; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), _words[i]);
            }

            return bytes;
        }
    }

    protected void Write(params ReadOnlySpan<int> words) => _words.AddRange(words);
}
