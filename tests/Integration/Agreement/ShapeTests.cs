using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>
/// Components of each shape, each of which rejects a message that it did not get as it was sent: where only one runtime can run it,
/// it has to do what a plain one does in the other.
/// </summary>
public sealed class ShapeTests : IDisposable
{
    private static readonly int[] Sizes = [0, 1, 255, 65_536, 65_537, 200_000];

    /// <summary>Handles a message whose length is even, of a sender that starts with c.</summary>
    private const string Even = """
        (core module $main
          (memory (export "memory") 0)
          (global $next (mut i32) (i32.const 0))
          (global $freed (mut i32) (i32.const 1))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (local $block i32) (local $end i32)
            (local.set $block
              (i32.and
                (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1)))
                (i32.sub (i32.const 0) (local.get 2))))
            (local.set $end (i32.add (local.get $block) (local.get 3)))
            (global.set $next (local.get $end))
            (loop $more
              (if (i32.gt_u (local.get $end) (i32.mul (memory.size) (i32.const 65536)))
                (then
                  (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
                  (br $more))))
            (if (local.get 0)
              (then (memory.copy (local.get $block) (local.get 0) (local.get 1))))
            (local.get $block))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (local $answer i32)
            (local.set $answer
              (i32.or
                (i32.ne (i32.load8_u (local.get 0)) (i32.const 99))
                (i32.or
                  (i32.and (local.get 3) (i32.const 1))
                  (i32.eqz (global.get $freed)))))
            (global.set $freed (i32.const POST))
            (local.get $answer))
          (func (export "post") (param i32)
            (global.set $freed (i32.const 1))
            (global.set $next (i32.const 0))))
        (core instance $main (instantiate $main))
        (func $h (param "sender" string) (param "message" (list u8)) (result (result))
          (canon lift (core func $main "handle-message")
            (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc")) MORE))
        """;

    private static readonly string Plain =
        $"(component {Core("", isFreed: true)} (export \"handle-message\" (func $h)))";

    private static readonly string Freeing =
        $"(component {Core("(post-return (core func $main \"post\"))", isFreed: false)} (export \"handle-message\" (func $h)))";

    private readonly ComparisonCounter _counter = new();

    private static IEnumerable<ScenarioStep> EachSize =>
        Sizes.SelectMany(n => Enumerable.Range(0, 3).Select(from => ScenarioStep.Send(Payload.Bytes(n), from: from)));

    [Fact]
    public void MemoryThatStartsEmpty_Grows_TheSame() => AssertRuns(_counter.Compare(Scenario.Of(Plain, EachSize)));

    /// <summary>Without it, each message but the first is rejected.</summary>
    [Fact]
    public void PostReturn_AfterEachMessage_RunsInBoth() =>
        AssertRuns(_counter.Compare(Scenario.Of(Freeing, EachSize)));

    [Theory]
    [InlineData("utf16", "uses string encoding utf16")]
    [InlineData("latin1+utf16", "uses string encoding latin1+utf16")]
    public void StringEncoding_OfTheComponentApi_DoesWhatThePlainOneDoes(string encoding, string reason)
    {
        string other =
            $"(component {Core($"string-encoding={encoding}", isFreed: true)} (export \"handle-message\" (func $h)))";

        AssertLikePlain(other, reason);
    }

    [Fact]
    public void NestedComponent_DoesTheSame()
    {
        string nested = $"""
            (component
              (component $inner {Core("", isFreed: true)} (export "handle-message" (func $h)))
              (instance $one (instantiate $inner))
              (export "handle-message" (func $one "handle-message")))
            """;

        Assert.Equal(GuestRuntime.Direct, ComponentInspection.Of(ComponentSource.FromText(nested)).Runtime);
        AssertRuns(_counter.Compare(Scenario.Of(nested, EachSize)));
    }

    /// <summary>One component's function is lowered into another, which hands on what it gets.</summary>
    [Fact]
    public void ComposedComponents_OfTheComponentApi_DoWhatThePlainOneDoes()
    {
        string composed = $"""
            (component
              (component $inner {Core("", isFreed: true)} (export "handle-message" (func $h)))
              (instance $one (instantiate $inner))
              (component $outer
                (import "next" (func $next (param "sender" string) (param "message" (list u8)) (result (result))))
                (core module $memory
                  (memory (export "memory") 8)
                  (global $next (mut i32) (i32.const 16))
                  (func (export "reset") (param i32) (global.set $next (i32.const 16)))
                  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                    (global.get $next)
                    (global.set $next (i32.add (global.get $next) (local.get 3)))))
                (core instance $mem (instantiate $memory))
                (core func $lowered (canon lower (func $next) (memory (core memory $mem "memory"))))
                (func $h (param "sender" string) (param "message" (list u8)) (result (result))
                  (canon lift (core func $lowered)
                    (memory (core memory $mem "memory")) (realloc (core func $mem "cabi_realloc"))
                    (post-return (core func $mem "reset"))))
                (export "handle-message" (func $h)))
              (instance $two (instantiate $outer (with "next" (func $one "handle-message"))))
              (export "handle-message" (func $two "handle-message")))
            """;

        AssertLikePlain(composed, "a function of its own or of a nested component");
    }

    public void Dispose() => _counter.Dispose();

    private static string Core(string more, bool isFreed) =>
        Even.Replace("MORE", more, StringComparison.Ordinal)
            .Replace("POST", isFreed ? "1" : "0", StringComparison.Ordinal);

    private void AssertLikePlain(string other, string reason)
    {
        ComponentInspection inspection = ComponentInspection.Of(ComponentSource.FromText(other));
        Assert.Equal(GuestRuntime.ComponentApi, inspection.Runtime);
        Assert.Contains(reason, inspection.Reason, StringComparison.Ordinal);
        Observations plain = ScenarioHarness.Run(Scenario.Of(Plain, EachSize), GuestRuntime.Direct);
        Observations.AssertSame(plain, ScenarioHarness.Run(Scenario.Of(other, EachSize), GuestRuntime.Direct), reason);
        AssertRuns(plain);
        _counter.Count(plain);
    }

    /// <summary>Two of the three senders do not start with c, and three of the six sizes are odd.</summary>
    private static void AssertRuns(Observations observations) =>
        Assert.Contains(
            observations.Lines,
            line =>
                line.StartsWith("the host: ", StringComparison.Ordinal)
                && line.Contains(" 3 handled", StringComparison.Ordinal)
                && line.Contains(" 15 rejected", StringComparison.Ordinal)
        );
}
