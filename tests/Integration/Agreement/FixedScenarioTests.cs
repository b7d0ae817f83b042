using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Scenarios that are written down, over every component that both runtimes can run.</summary>
public sealed class FixedScenarioTests : IDisposable
{
    private static readonly int[] Sizes = [0, 1, 3, 4, 255, 4096, 32_767, 32_768, 32_769, 70_000];

    private static readonly int[] AroundTheBounds = [1, 2, 3, 4, 5, 6, 7, 1000, 1001, 2000, 4097, 5000, 5001, 1];

    private readonly ComparisonCounter _counter = new();

    public static TheoryData<string> Fixtures => [.. ScenarioInputs.Fixtures];

    public static TheoryData<string> Hostile => [.. ScenarioInputs.Hostile.Keys];

    public static TheoryData<string> Unloadable => [.. ScenarioInputs.Unloadable];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_EachMessageItKnows_IsAnsweredTheSame(string file) =>
        _counter.Compare(
            Scenario.Of(
                file,
                [.. ScenarioInputs.Messages.SelectMany(m => new[] { ScenarioStep.Send(m), ScenarioStep.Pump })]
            )
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_AllInOneBatchFromSeveralSenders_IsAnsweredTheSame(string file) =>
        _counter.Compare(
            Scenario.Of(
                file,
                [.. ScenarioInputs.Messages.Select((m, i) => ScenarioStep.Send(m, from: i % 3)), ScenarioStep.Pump]
            )
        );

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_MessagesOfEachSize_AreAnsweredTheSame(string file) =>
        _counter.Compare(
            Scenario.Of(
                file,
                [
                    .. Sizes.SelectMany(n =>
                        new[] { ScenarioStep.Send(Payload.Echo(n)), ScenarioStep.Send(Payload.Bytes(n, n)) }
                    ),
                ]
            )
        );

    /// <summary>Each way to ask, by a guest that is asked itself and by another, one by one and in batches.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public void Conversations_EachThatThereIs_EndTheSame(int batch) =>
        Assert.Contains(
            _counter
                .Compare(
                    new(
                        [new("guest", TestFiles.ConversationComponent), new("other", TestFiles.ConversationComponent)],
                        [
                            .. ScenarioInputs
                                .Conversations.Chunk(batch)
                                .SelectMany(messages =>
                                    messages.Select(message => ScenarioStep.Send(message)).Append(ScenarioStep.Pump)
                                ),
                        ]
                    )
                )
                .Lines,
            line => line.StartsWith("delivered to log from guest", StringComparison.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_EachThingItDoes_EndsTheSame(string file) =>
        _counter.Compare(
            Scenario.Of(
                file,
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

    [Theory]
    [MemberData(nameof(Unloadable))]
    public void Unloadable_IsRefusedTheSame(string file) => _counter.Compare(Scenario.Of(file, ScenarioStep.Send([1])));

    [Fact]
    public void TimeOuts_AreFollowedByAFreshInstance()
    {
        ComponentOptions hasty = ScenarioGuest.Free.With(o =>
            o.Limits = new() { MessageTimeout = TimeSpan.FromMilliseconds(150) }
        );
        foreach (
            (string file, int length) in new[]
            {
                ("endless-loop-component.wat", 1000),
                ("endless-loop-component.wat", 2000),
                ("endless-loop-component.wat", 3000),
                ("endless-loop-component.wat", 101_000),
                ("self-id-component.wat", 1003),
                ("wasi-misuse-component.wat", 7001),
            }
        )
        {
            Scenario scenario = new(
                [new("guest", file, hasty)],
                [
                    ScenarioStep.Send([1]),
                    ScenarioStep.Send(new byte[length]),
                    ScenarioStep.Send([2]),
                    ScenarioStep.Pump,
                    ScenarioStep.Send([3]),
                ]
            );
            Observations observations = _counter.Compare(scenario);
            Assert.Contains(observations.Lines, line => line.Contains("TimedOut", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Traps_MoreThanRestarts_StopTheComponent(int restarts)
    {
        ComponentOptions options = ScenarioGuest.Free.With(o => o.Restart = new() { Max = restarts });
        byte[] trap = [0xFF];
        Observations observations = _counter.Compare(
            new(
                [new("guest", TestFiles.CMirror, options)],
                [
                    ScenarioStep.Send([1]),
                    ScenarioStep.Send(trap),
                    ScenarioStep.Send([2]),
                    ScenarioStep.Send(trap),
                    ScenarioStep.Send([3]),
                    ScenarioStep.Send(trap),
                    ScenarioStep.Send([4]),
                    ScenarioStep.Pump,
                    ScenarioStep.Send([5]),
                ]
            )
        );
        Assert.Contains(observations.Lines, line => line.StartsWith("stopped guest", StringComparison.Ordinal));
    }

    [Fact]
    public void ReplaceAndRemove_WithMessagesWaiting_DoTheSame() =>
        _counter.Compare(
            Scenario.Of(
                TestFiles.CMirror,
                ScenarioStep.Send([1]),
                ScenarioStep.Send([2]),
                ScenarioStep.Replace(TestFiles.RustReceiver),
                ScenarioStep.Send([3]),
                ScenarioStep.Pump,
                ScenarioStep.Replace(TestFiles.CMirrorLog),
                ScenarioStep.Send([4]),
                ScenarioStep.Remove(),
                ScenarioStep.Send([5]),
                ScenarioStep.Add(TestFiles.WatMirror),
                ScenarioStep.Send([6]),
                ScenarioStep.Pump,
                ScenarioStep.Revoke("guest", "*"),
                ScenarioStep.Send([7])
            )
        );

    [Fact]
    public void ManyMessages_ThroughAChainOfGuests_ArriveTheSame()
    {
        ComponentOptions few = ScenarioGuest.Free.With(o => o.Quota = new() { Messages = 250 });
        ScenarioStep[] sends =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(i => ScenarioStep.Send(i % 50 == 49 ? [0xFE, .. "sink"u8] : Payload.Bytes(i * 7), from: i % 3)),
        ];
        _counter.Compare(new([new("guest", TestFiles.CMirror, few)], [.. sends, ScenarioStep.Pump]));
    }

    [Fact]
    public void SmallMailbox_ThatDropsTheOldest_KeepsTheSame()
    {
        foreach (OverflowPolicy overflowPolicy in new[] { OverflowPolicy.Refuse, OverflowPolicy.DropOldest })
        {
            ComponentOptions small = ScenarioGuest.Free.With(o =>
            {
                o.Mailbox = new()
                {
                    Messages = 5,
                    Bytes = 4096,
                    OverflowPolicy = overflowPolicy,
                };
                o.MaxMessageBytes = 5000;
            });
            _counter.Compare(
                new(
                    [new("guest", TestFiles.CMirror, small)],
                    [.. AroundTheBounds.Select(n => ScenarioStep.Send(Payload.Echo(n)))]
                )
            );
        }
    }

    public void Dispose() => _counter.Dispose();
}
