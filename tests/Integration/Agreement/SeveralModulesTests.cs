using FireAndForget.Guests.Instances;
using FireAndForget.Tests.Guests;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>A component of several core modules, as toolchains with an adapter make them, in both runtimes.</summary>
public class SeveralModulesTests
{
    /// <summary>
    /// One module has the memory and the table, one handles messages, one sends for it, and one ties the circle: the sender calls the
    /// handler back through the table, which is filled last. A message comes back with each byte turned by the handler's callback; an
    /// empty one is rejected, and one that starts with FF traps in the third module.
    /// </summary>
    private static readonly string Guest = $"""
        (component
          {MessengerWat.HostMessaging()}
          (core module $library
            (memory (export "memory") 1)
            (table (export "table") 1 funcref)
            (global $next (export "next") (mut i32) (i32.const 4096))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
              (local $block i32) (local $end i32)
              (local.set $block (global.get $next))
              (local.set $end (i32.add (local.get $block) (local.get 3)))
              (global.set $next (local.get $end))
              (loop $more
                (if (i32.gt_u (local.get $end) (i32.mul (memory.size) (i32.const 65536)))
                  (then
                    (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
                    (br $more))))
              (local.get $block)))
          (core instance $library (instantiate $library))
          (core func $send (canon lower (func $host "send") (memory (core memory $library "memory"))))
          (core module $adapter
            (type $turn (func (param i32) (result i32)))
            (import "library" "memory" (memory 1))
            (import "library" "table" (table 1 funcref))
            (import "host" "send" (func $send (param i32 i32 i32 i32 i32)))
            (global $sent (export "sent") (mut i32) (i32.const 0))
            (func (export "turn-and-send") (param $to i32) (param $to-length i32) (param $at i32) (param $length i32) (result i32)
              (local $i i32)
              (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0xFF)) (then (unreachable)))
              (loop $next
                (i32.store8
                  (i32.add (local.get $at) (local.get $i))
                  (call_indirect (type $turn)
                    (i32.load8_u (i32.add (local.get $at) (local.get $i)))
                    (i32.const 0)))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $next (i32.lt_u (local.get $i) (local.get $length))))
              (call $send (local.get $to) (local.get $to-length) (local.get $at) (local.get $length) (i32.const 16))
              (global.set $sent (i32.add (global.get $sent) (i32.const 1)))
              (i32.load8_u (i32.const 16))))
          (core instance $adapter (instantiate $adapter
            (with "library" (instance $library))
            (with "host" (instance (export "send" (func $send))))))
          (core module $main
            (import "env" "memory" (memory 1))
            (import "env" "next" (global $next (mut i32)))
            (import "adapter" "sent" (global $sent (mut i32)))
            (import "adapter" "turn-and-send" (func $send (param i32 i32 i32 i32) (result i32)))
            ;; How a byte is turned depends on how much was sent before: what the modules share shows.
            (func (export "turn") (param i32) (result i32)
              (i32.add (i32.xor (local.get 0) (i32.const 0x55)) (global.get $sent)))
            (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
              (if (i32.eqz (local.get 3)) (then (return (i32.const 1))))
              (call $send (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
            (func (export "post") (param i32) (global.set $next (i32.const 4096))))
          (core instance $main (instantiate $main
            (with "env" (instance $library))
            (with "adapter" (instance $adapter))))
          (core module $fixup
            (import "main" "turn" (func $turn (param i32) (result i32)))
            (import "library" "table" (table 1 funcref))
            (elem (i32.const 0) func $turn))
          (core instance (instantiate $fixup (with "main" (instance $main)) (with "library" (instance $library))))
          (func $h {MessengerWat.HandleType}
            (canon lift (core func $main "handle-message")
              (memory (core memory $library "memory")) (realloc (core func $library "cabi_realloc"))
              (post-return (core func $main "post"))))
          (export "handle-message" (func $h)))
        """;

    [Fact]
    public void ModulesThatShareMemoryTableAndGlobals_DoTheSame()
    {
        Assert.Equal(GuestRuntime.Direct, ComponentInspection.Of(ComponentSource.FromText(Guest)).Runtime);

        Observations observations = ScenarioHarness.Compare(
            Scenario.Of(
                Guest,
                [
                    ScenarioStep.Send([1, 2, 3]),
                    ScenarioStep.Send([]),
                    ScenarioStep.Send([1, 2, 3], from: 1),
                    ScenarioStep.Pump,
                    ScenarioStep.Send(Payload.Bytes(70_000)),
                    ScenarioStep.Send([0xFF, 1]),
                    ScenarioStep.Send([1, 2, 3]),
                    ScenarioStep.Pump,
                    ScenarioStep.Send([1, 2, 3], from: 2),
                ]
            )
        );

        Assert.Contains("delivered to client from guest: [545756]", observations.Lines);
        Assert.Contains("delivered to sink from guest: [555857]", observations.Lines);
        Assert.Contains(observations.Lines, line => line.StartsWith("restarted guest: ", StringComparison.Ordinal));
    }
}
