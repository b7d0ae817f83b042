using System.Text;
using FireAndForget.Tests.Diagnostics;
using FireAndForget.Tests.Guests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>The drafts that guests expect beside WASI 0.2, on both runtimes: their configuration, and the host's log with levels.</summary>
public sealed class DraftTests
{
    private const string Newest = "wasi:config/store@0.2.0-rc.1";

    /// <summary>
    /// A message that starts with g asks for the value of the key behind that, and sends it to the client, or a minus where there is none;
    /// a asks for all, and sends each key and value; l, with a level as the next byte, logs what is behind it in the context "part".
    /// </summary>
    private static string Guest(string store) =>
        $$"""
            (component
              (import "{{store}}" (instance $store
                (type $of-error (variant (case "upstream" string) (case "io" string)))
                (export "error" (type $error (eq $of-error)))
                (export "get" (func (param "key" string) (result (result (option string) (error $error)))))
                (export "get-all" (func (result (result (list (tuple string string)) (error $error)))))))
              (import "wasi:logging/logging@0.1.0-draft" (instance $logging
                (type $of-level (enum "trace" "debug" "info" "warn" "error" "critical"))
                (export "level" (type $level (eq $of-level)))
                (export "log" (func (param "level" $level) (param "context" string) (param "message" string)))))
              {{MessengerWat.HostMessaging()}}
              (core module $allocator
                (memory (export "memory") 16)
                (global $next (mut i32) (i32.const 4096))
                (func (export "reset") (global.set $next (i32.const 4096)))
                (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                  (local $block i32)
                  (local.set $block (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                  (global.set $next (i32.add (local.get $block) (local.get 3)))
                  (local.get $block)))
              (core instance $a (instantiate $allocator))
              (alias core export $a "memory" (core memory $memory))
              (alias core export $a "realloc" (core func $realloc))
              (core func $get (canon lower (func $store "get") (memory $memory) (realloc $realloc)))
              (core func $get-all (canon lower (func $store "get-all") (memory $memory) (realloc $realloc)))
              (core func $log (canon lower (func $logging "log") (memory $memory)))
              (core func $send (canon lower (func $host "send") (memory $memory)))
              (core module $main
                (import "a" "memory" (memory 16))
                (import "a" "reset" (func $reset))
                (import "h" "get" (func $get (param i32 i32 i32)))
                (import "h" "get-all" (func $get-all (param i32)))
                (import "h" "log" (func $log (param i32 i32 i32 i32 i32)))
                (import "h" "send" (func $send (param i32 i32 i32 i32 i32)))
                (data (i32.const 256) "client-part")
                (func $answer (param $text i32) (param $length i32)
                  (call $send (i32.const 256) (i32.const 6) (local.get $text) (local.get $length) (i32.const 512)))
                (func (export "handle-message") (param i32 i32) (param $message i32) (param $length i32) (result i32)
                  (local $count i32) (local $element i32)
                  (if (i32.eq (i32.load8_u (local.get $message)) (i32.const 103)) (then
                    (call $get (i32.add (local.get $message) (i32.const 1)) (i32.sub (local.get $length) (i32.const 1)) (i32.const 16))
                    (if (i32.load8_u (i32.const 16)) (then unreachable))
                    (if (i32.load8_u (i32.const 20))
                      (then (call $answer (i32.load (i32.const 24)) (i32.load (i32.const 28))))
                      (else (call $answer (i32.const 262) (i32.const 1))))))
                  (if (i32.eq (i32.load8_u (local.get $message)) (i32.const 97)) (then
                    (call $get-all (i32.const 16))
                    (local.set $element (i32.load (i32.const 20)))
                    (local.set $count (i32.load (i32.const 24)))
                    (block $done (loop $next
                      (br_if $done (i32.eqz (local.get $count)))
                      (call $answer (i32.load (local.get $element)) (i32.load offset=4 (local.get $element)))
                      (call $answer (i32.load offset=8 (local.get $element)) (i32.load offset=12 (local.get $element)))
                      (local.set $element (i32.add (local.get $element) (i32.const 16)))
                      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
                      (br $next)))))
                  (if (i32.eq (i32.load8_u (local.get $message)) (i32.const 108)) (then
                    (call $log (i32.load8_u offset=1 (local.get $message))
                      (i32.const 263) (i32.const 4)
                      (i32.add (local.get $message) (i32.const 2)) (i32.sub (local.get $length) (i32.const 2)))))
                  (call $reset)
                  (i32.const 0)))
              (core instance $i (instantiate $main
                (with "a" (instance $a))
                (with "h" (instance
                  (export "get" (func $get)) (export "get-all" (func $get-all))
                  (export "log" (func $log)) (export "send" (func $send))))))
              (func (export "handle-message") {{MessengerWat.HandleType}}
                (canon lift (core func $i "handle-message") (memory $memory) (realloc $realloc))))
            """;

    [Theory]
    [InlineData(GuestRuntime.Direct, Newest)]
    [InlineData(GuestRuntime.ComponentApi, Newest)]
    [InlineData(GuestRuntime.Direct, "wasi:config/store@0.2.0-draft")]
    [InlineData(GuestRuntime.ComponentApi, "wasi:config/store@0.2.0-draft")]
    public async Task Config_GetAndGetAll_GiveWhatTheOptionsSay(GuestRuntime runtime, string store)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        host.AddText(
            "guest",
            Guest(store),
            new()
            {
                SendsTo = ["client"],
                Config = new Dictionary<string, string> { ["key"] = "välue", ["empty"] = "" },
            }
        );
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        foreach (string message in (string[])["gkey", "gempty", "gnone", "a"])
        {
            client.Send("guest", Encoding.UTF8.GetBytes(message));
        }

        await host.SettleAsync();
        Assert.Equal(
            ["välue", "", "-", "key", "välue", "empty", ""],
            inbox.Received.Select(r => Encoding.UTF8.GetString(r.Bytes))
        );
        Assert.Empty(host.DeadLetters);
    }

    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Log_EachLevel_IsKeptWithTheComponentsIdAndHarmless(GuestRuntime runtime)
    {
        ListLogger logger = new();
        await using MessagingHost host = new(
            new()
            {
                Workers = 0,
                Logger = logger,
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
            }
        );
        host.AddComponent("guest", ComponentSource.FromText(Guest(Newest)));
        MessagingEndpoint client = host.AddEndpoint("client");

        for (byte level = 0; level < 6; level++)
        {
            client.Send("guest", [(byte)'l', level, .. "line\e[2J\n"u8]);
        }

        await host.DrainAsync(TestContext.Current.CancellationToken);
        LogLine[] lines = [.. logger.Lines.Where(line => line.Text.StartsWith("guest logs", StringComparison.Ordinal))];
        Assert.Equal(
            [LogLevel.Trace, LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical],
            lines.Select(line => line.Level)
        );
        Assert.All(lines, line => Assert.Equal(@"guest logs in part: line\u001b[2J\u000a", line.Text));
    }

    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Log_MoreThanTheAllowance_IsLeftOutAndToldOf(GuestRuntime runtime)
    {
        ListLogger logger = new();
        await using MessagingHost host = new(
            new()
            {
                Workers = 0,
                Logger = logger,
                PrefersComponentApi = runtime == GuestRuntime.ComponentApi,
            }
        );
        host.AddComponent(
            "guest",
            ComponentSource.FromText(Guest(Newest)),
            new() { Limits = new() { OutputBytesPerSecond = 1000 } }
        );
        MessagingEndpoint client = host.AddEndpoint("client");

        for (int i = 0; i < 100; i++)
        {
            client.Send("guest", [(byte)'l', 2, .. "0123456789"u8]);
        }

        await host.DrainAsync(TestContext.Current.CancellationToken);
        LogLine[] lines = [.. logger.Lines.Where(line => line.Text.StartsWith("guest logs", StringComparison.Ordinal))];
        Assert.InRange(lines.Length, 2, 40);
        Assert.Contains(
            lines,
            line => line.Text.Contains("more than 1000 bytes in a second", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(GuestRuntime.Direct)]
    [InlineData(GuestRuntime.ComponentApi)]
    public async Task Log_NoSuchLevel_Traps(GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, runtime: runtime);
        host.AddText("guest", Guest(Newest));
        host.AddSender().Send("guest", [(byte)'l', 6, 1]);

        await host.SettleAsync();
        Assert.Equal(Outcome.Trapped, Assert.Single(host.DeadLetters).Outcome);
    }
}
