using System.Globalization;
using FireAndForget.Tests.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>The functions of <c>env</c> that AssemblyScript and Emscripten import by themselves.</summary>
public class ToolchainFunctionTests
{
    /// <summary>Texts as AssemblyScript has them, by their addresses: the length in bytes stands before each, and they are UTF-16.</summary>
    private const string Texts = """
        (data (i32.const 16) "\04\00\00\00h\00i\00")
        (data (i32.const 36) "\08\00\00\00a\00.\00t\00s\00")
        (data (i32.const 60) "\04\00\00\00\1b\00\fc\00")
        (data (i32.const 80) "\ff\ff\ff\7f")
        (data (i32.const 600) "client")
        """;

    [Theory]
    [InlineData("(i32.const 20) (i32.const 40) (i32.const 7) (i32.const 9)", "it called abort: hi at a.ts:7:9")]
    [InlineData(
        "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const -1)",
        "it called abort: without a text at :0:4294967295"
    )]
    [InlineData("(i32.const 64) (i32.const 40) (i32.const 1) (i32.const 1)", "it called abort: \\u001bü at a.ts:1:1")]
    [InlineData(
        "(i32.const 84) (i32.const 40) (i32.const 1) (i32.const 1)",
        "a text at 84 with 2147483647 bytes lies outside"
    )]
    [InlineData("(i32.const 1) (i32.const 40) (i32.const 1) (i32.const 1)", "the length of a text at 4294967293")]
    public async Task Abort_Called_TrapsWithItsText(string arguments, string reason)
    {
        await using TestHost host = new();
        host.AddText("guest", Module($"(call $abort {arguments})"));
        host.AddSender().Send("guest", [1]);

        await host.SettleAsync();

        DeadLetter letter = Assert.Single(host.DeadLetters);
        Assert.Equal(Outcome.Trapped, letter.Outcome);
        Assert.Contains(reason, letter.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(call $log (i32.const 20))", "stdout: hi")]
    [InlineData("(call $log (i32.const 0))", "stdout: ")]
    [InlineData("(call $error (i32.const 20))", "stderr: hi")]
    [InlineData("(call $assert (i32.const 0) (i32.const 20))", "stderr: Assertion failed: hi")]
    [InlineData("(call $assert (i32.const 1) (i32.const 84))", null)]
    [InlineData("(call $trace-none (i32.const 20))", "stdout: trace: hi")]
    [InlineData("(call $trace-two (i32.const 20))", "stdout: trace: hi 1.5, -2")]
    [InlineData("(call $trace-many (i32.const 20))", "stdout: trace: hi 1.5, -2, 0, 0, 0")]
    [InlineData("(call $time-end (i32.const 20))", null)]
    [InlineData(
        "(call $time (i32.const 20)) (call $time-end (i32.const 20)) (call $time-end (i32.const 20))",
        "stdout: hi: 0ms"
    )]
    [InlineData("(call $grown (i32.const 0))", null)]
    public void Output_Written_GoesIntoTheLog(string code, string? line)
    {
        ListLogger log = new();
        using MessagingHost host = new(
            new()
            {
                Workers = 0,
                Logger = log,
                TimeProvider = new FakeTimeProvider(),
            }
        );
        Component guest = host.AddComponent("guest", ComponentSource.FromText(Module(code)));
        host.AddEndpoint("client").Send("guest", [1]);

        host.Pump();

        AccountingAssert.AssertEnded(guest.Statistics, handled: 1);
        Assert.Equal(line is null ? [] : [$"guest wrote to {line}"], log.Of(400).Select(written => written.Text));
    }

    /// <summary>The host's clock, in milliseconds.</summary>
    [Fact]
    public void Date_Asked_IsTheHosts()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddMilliseconds(1234.7));

        Assert.Equal(1234, Ask("(call $now)", time, seed: 1));
    }

    [Fact]
    public void Seed_Asked_FollowsTheHosts()
    {
        FakeTimeProvider time = new();

        double one = Ask("(call $seed)", time, seed: 1);

        Assert.Equal(one, Ask("(call $seed)", time, seed: 1));
        Assert.NotEqual(one, Ask("(call $seed)", time, seed: 2));
        Assert.InRange(one, 1, 1L << 53);
    }

    private static double Ask(string code, TimeProvider time, ulong seed)
    {
        double answer = double.NaN;
        using MessagingHost host = new(
            new()
            {
                Workers = 0,
                TimeProvider = time,
                RandomSeed = seed,
            }
        );
        host.AddComponent(
            "guest",
            ComponentSource.FromText(
                Module(
                    $"""
                    (f64.store (i32.const 512) {code})
                    (drop (call $send (i32.const 600) (i32.const 6) (i32.const 512) (i32.const 8)))
                    """
                )
            ),
            new() { SendsTo = ["client"] }
        );
        host.AddEndpoint("client", message => answer = BitConverter.ToDouble(message.Bytes)).Send("guest", [1]);
        host.Pump();
        return answer;
    }

    private static string Module(string code)
    {
        const string Values = "(f64.const 1.5) (f64.const -2) (f64.const 0) (f64.const 0) (f64.const 0)";
        string Trace(string name, int count) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"(func $trace-{name} (param i32) (call $trace (local.get 0) (i32.const {count}) {Values}))"
            );
        return $"""
            (module
              (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
              (import "env" "seed" (func $seed (result f64)))
              (import "env" "trace" (func $trace (param i32 i32 f64 f64 f64 f64 f64)))
              (import "env" "Date.now" (func $now (result f64)))
              (import "env" "console.assert" (func $assert (param i32 i32)))
              (import "env" "console.debug" (func (param i32)))
              (import "env" "console.info" (func (param i32)))
              (import "env" "console.log" (func $log (param i32)))
              (import "env" "console.warn" (func (param i32)))
              (import "env" "console.error" (func $error (param i32)))
              (import "env" "console.time" (func $time (param i32)))
              (import "env" "console.timeLog" (func (param i32)))
              (import "env" "console.timeEnd" (func $time-end (param i32)))
              (import "env" "emscripten_notify_memory_growth" (func $grown (param i32)))
              (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              {Texts}
              {Trace("none", 0)}
              {Trace("two", 2)}
              {Trace("many", -1)}
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) {code} (i32.const 0)))
            """;
    }
}
