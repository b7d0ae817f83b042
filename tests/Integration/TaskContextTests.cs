using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// The context of tasks, in which toolchains keep the address of a stack: each task begins with an empty one, and so does each realloc that
/// the host calls, whose own was the task's before.
/// </summary>
public sealed class TaskContextTests
{
    private const string Async = """
        (func (export "handle-message") async (param "sender" string) (param "message" (list u8)) (result (result))
          (canon lift (core func $main "handle") async (callback (core func $main "callback"))
            (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
        """;

    private const string Sync = """
        (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
          (canon lift (core func $main "handle-sync") (post-return (core func $main "end"))
            (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
        """;

    [Theory]
    [InlineData(Async, 1)]
    [InlineData(Async, 40_000)]
    [InlineData(Sync, 1)]
    [InlineData(Sync, 40_000)]
    public async Task Context_OfTasksAndReallocs_IsEachOnesOwn(string lift, int length)
    {
        await using TestHost host = new();
        MessagingEndpoint client = host.AddSender("client");
        host.AddText("guest", Guest(lift));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(SendStatus.Accepted, client.Send("guest", new byte[length]));
        }

        HostStatistics statistics = await host.SettleAsync();

        Assert.Equal([], host.DeadLetters.Select(letter => letter.Reason));
        Assert.Equal(3, statistics.Handled);
    }

    /// <summary>
    /// A guest that traps where it finds anything in a context that should be empty, and leaves something in each: in its start function, in
    /// realloc (but for the sender's id, because the message's comes right behind that), in the task and in post-return.
    /// </summary>
    private static string Guest(string lift) =>
        $$"""
            (component
              (import "fire-and-forget:messaging/host-messaging@1.0.0" (instance $host
                (export "self-id" (func (result string)))))
              (core func $get (canon context.get i32 0))
              (core func $set (canon context.set i32 0))
              (core instance $context
                (export "get" (func $get)) (export "set" (func $set)))
              (core module $room
                (import "context" "get" (func $get (result i32)))
                (import "context" "set" (func $set (param i32)))
                (memory (export "memory") 2)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                  (if (call $get) (then (unreachable)))
                  (if (i32.ne (local.get 3) (i32.const {{"client".Length}}))
                    (then (call $set (i32.const 9))))
                  (i32.const 1024)))
              (core instance $room (instantiate $room (with "context" (instance $context))))
              (core func $self-id (canon lower (func $host "self-id")
                (memory (core memory $room "memory")) (realloc (core func $room "realloc"))))
              (core func $return (canon task.return (result (result))))
              (core module $main
                (import "context" "get" (func $get (result i32)))
                (import "context" "set" (func $set (param i32)))
                (import "host" "self-id" (func $self-id (param i32)))
                (import "host" "return" (func $return (param i32)))
                (func $start (call $set (i32.const 5)))
                (start $start)
                (func $expect (param i32)
                  (if (i32.ne (call $get) (local.get 0)) (then (unreachable))))
                (func $run
                  (call $expect (i32.const 0))
                  (call $set (i32.const 7))
                  (call $self-id (i32.const 512))
                  (call $expect (i32.const 7)))
                (func (export "handle") (param i32 i32 i32 i32) (result i32)
                  (call $run)
                  (i32.const 1))
                (func (export "callback") (param i32 i32 i32) (result i32)
                  (call $expect (i32.const 7))
                  (call $return (i32.const 0))
                  (i32.const 0))
                (func (export "handle-sync") (param i32 i32 i32 i32) (result i32)
                  (call $run)
                  (i32.const 0))
                (func (export "end") (param i32)
                  (call $expect (i32.const 7))
                  (call $set (i32.const 8))))
              (core instance $main (instantiate $main (with "context" (instance $context)) (with "host" (instance
                (export "self-id" (func $self-id)) (export "return" (func $return))))))
              {{lift}})
            """;
}
