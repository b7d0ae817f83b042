using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Guests within two other components, as wrappers make them: both runtimes follow them in their own ways.</summary>
public sealed class NestedTests : IDisposable
{
    private static readonly int[] Sizes = [0, 1, 4096, 32_769, 70_000];

    private readonly ComparisonCounter _counter = new();

    public static TheoryData<string> Fixtures => [.. ScenarioInputs.Fixtures];

    public static TheoryData<string> Hostile => [.. ScenarioInputs.Hostile.Keys];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_WithinOthers_AnswersTheSame(string file)
    {
        ScenarioGuest guest = new("guest", ScenarioGuest.Nested + file);
        Assert.Equal(GuestRuntime.Direct, ComponentInspection.Of(guest.Source).Runtime);

        _counter.Compare(
            new(
                [guest],
                [
                    .. ScenarioInputs.Messages.SelectMany(m => new[] { ScenarioStep.Send(m), ScenarioStep.Pump }),
                    .. ScenarioInputs.Messages.Select((m, i) => ScenarioStep.Send(m, from: i % 3)),
                    .. Sizes.Select(n => ScenarioStep.Send(Payload.Echo(n))),
                ]
            )
        );
    }

    [Fact]
    public void Conversations_WithinOthers_EndTheSame()
    {
        const string File = ScenarioGuest.Nested + TestFiles.ConversationComponent;
        Observations observations = _counter.Compare(
            new(
                [new("guest", File), new("other", File)],
                [
                    .. ScenarioInputs.Conversations.SelectMany(message =>
                        new[] { ScenarioStep.Send(message), ScenarioStep.Pump }
                    ),
                ]
            )
        );

        Assert.Contains(
            observations.Lines,
            line => line.StartsWith("delivered to log from guest", StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_WithinOthers_EndsTheSame(string file) =>
        _counter.Compare(
            Scenario.Of(
                ScenarioGuest.Nested + file,
                [
                    .. ScenarioInputs
                        .Hostile[file]
                        .SelectMany(n =>
                            new[]
                            {
                                ScenarioStep.Send(Payload.Bytes(n)),
                                ScenarioStep.Send(Payload.Bytes(7)),
                                ScenarioStep.Pump,
                            }
                        ),
                    ScenarioStep.Send([]),
                ]
            )
        );

    /// <summary>Streams and pollables, whose handles the component within has.</summary>
    [Fact]
    public void Wasi_WithinOthers_AnswersTheSame()
    {
        Observations observations = _counter.Compare(
            Scenario.Of(
                ScenarioGuest.Nested + WasiCalls.Component,
                WasiCalls.Call("get-stdin"),
                WasiCalls.Call("get-stdout"),
                WasiCalls.Call("subscribe-duration", 0),
                WasiCalls.Call("input-stream.subscribe", 1),
                ScenarioStep.Pump,
                WasiCalls.Call("pollable.block", 3),
                WasiCalls.Call("pollable.block", 77),
                ScenarioStep.Pump,
                WasiCalls.Call("get-stdin"),
                WasiCalls.Call("input-stream.subscribe", 2)
            )
        );
        Assert.Equal("guest: added", observations.Lines[0]);
    }

    /// <summary>As componentize-qjs has it for a loader of modules: a component of functions that trap, beside the one that imports them.</summary>
    [Fact]
    public void FunctionOfAnotherComponent_ThatOnlyTraps_TrapsTheSame()
    {
        const string Guest = """
            (component
              (component $loader
                (core module $m (func (export "load") (param i32) (result i64) unreachable))
                (core instance $i (instantiate $m))
                (func (export "load") (param "n" u32) (result u64) (canon lift (core func $i "load"))))
              (component $main
                (import "load" (func $load (param "n" u32) (result u64)))
                (core func $l (canon lower (func $load)))
                (core module $m
                  (import "x" "load" (func $load (param i32) (result i64)))
                  (memory (export "memory") 2)
                  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
                  (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
                    (if (i32.eq (local.get 3) (i32.const 7)) (then (drop (call $load (local.get 3)))))
                    (i32.const 0)))
                (core instance $i (instantiate $m (with "x" (instance (export "load" (func $l))))))
                (func (export "handle-message") (param "sender" string) (param "message" (list u8)) (result (result))
                  (canon lift (core func $i "handle-message")
                    (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc")))))
              (instance $loader (instantiate $loader))
              (instance $made (instantiate $main (with "load" (func $loader "load"))))
              (export "handle-message" (func $made "handle-message")))
            """;
        Assert.Equal(GuestRuntime.Direct, ComponentInspection.Of(ComponentSource.FromText(Guest)).Runtime);

        Observations observations = _counter.Compare(
            Scenario.Of(
                Guest,
                ScenarioStep.Send([1]),
                ScenarioStep.Send(new byte[7]),
                ScenarioStep.Send([2]),
                ScenarioStep.Send(new byte[7])
            )
        );

        Assert.Equal(2, observations.Lines.Count(line => line.Contains("7 bytes, Trapped", StringComparison.Ordinal)));
    }

    public void Dispose() => _counter.Dispose();
}
