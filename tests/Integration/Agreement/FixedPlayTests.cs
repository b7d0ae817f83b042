using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Plays that are written down, over every component that both runtimes can run.</summary>
public sealed class FixedPlayTests : IDisposable
{
    private static readonly int[] Sizes = [0, 1, 3, 4, 255, 4096, 32_767, 32_768, 32_769, 70_000];

    private static readonly int[] AroundTheBounds = [1, 2, 3, 4, 5, 6, 7, 1000, 1001, 2000, 4097, 5000, 5001, 1];

    private readonly Tally _tally = new();

    public static TheoryData<string> Fixtures => [.. Repertoire.Fixtures];

    public static TheoryData<string> Hostile => [.. Repertoire.Hostile.Keys];

    public static TheoryData<string> Unloadable => [.. Repertoire.Unloadable];

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_EachMessageItKnows_IsAnsweredTheSame(string file) =>
        _tally.Compare(Play.Of(file, [.. Repertoire.Messages.SelectMany(m => new[] { Act.Send(m), Act.Pump })]));

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_AllInOneBatchFromSeveralSenders_IsAnsweredTheSame(string file) =>
        _tally.Compare(Play.Of(file, [.. Repertoire.Messages.Select((m, i) => Act.Send(m, from: i % 3)), Act.Pump]));

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Fixture_MessagesOfEachSize_AreAnsweredTheSame(string file) =>
        _tally.Compare(
            Play.Of(
                file,
                [.. Sizes.SelectMany(n => new[] { Act.Send(Payload.Echo(n)), Act.Send(Payload.Bytes(n, n)) })]
            )
        );

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_EachThingItDoes_EndsTheSame(string file) =>
        _tally.Compare(
            Play.Of(
                file,
                [
                    .. Repertoire
                        .Hostile[file]
                        .SelectMany(n => new[] { Act.Send(Payload.Bytes(n)), Act.Send(Payload.Bytes(7)), Act.Pump }),
                    Act.Send([]),
                ]
            )
        );

    [Theory]
    [MemberData(nameof(Unloadable))]
    public void Unloadable_IsRefusedTheSame(string file) => _tally.Compare(Play.Of(file, Act.Send([1])));

    [Fact]
    public void TimeOuts_AreFollowedByAFreshInstance()
    {
        ComponentOptions hasty = Cast.Free.With(o =>
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
            Play play = new(
                [new("guest", file, hasty)],
                [Act.Send([1]), Act.Send(new byte[length]), Act.Send([2]), Act.Pump, Act.Send([3])]
            );
            Account account = _tally.Compare(play);
            Assert.Contains(account.Lines, line => line.Contains("TimedOut", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Traps_MoreThanRestarts_StopTheComponent(int restarts)
    {
        ComponentOptions options = Cast.Free.With(o => o.Restart = new() { Max = restarts });
        byte[] trap = [0xFF];
        Account account = _tally.Compare(
            new(
                [new("guest", TestFiles.CMirror, options)],
                [
                    Act.Send([1]),
                    Act.Send(trap),
                    Act.Send([2]),
                    Act.Send(trap),
                    Act.Send([3]),
                    Act.Send(trap),
                    Act.Send([4]),
                    Act.Pump,
                    Act.Send([5]),
                ]
            )
        );
        Assert.Contains(account.Lines, line => line.StartsWith("stopped guest", StringComparison.Ordinal));
    }

    [Fact]
    public void ReplaceAndRemove_WithMessagesWaiting_DoTheSame() =>
        _tally.Compare(
            Play.Of(
                TestFiles.CMirror,
                Act.Send([1]),
                Act.Send([2]),
                Act.Replace(TestFiles.RustReceiver),
                Act.Send([3]),
                Act.Pump,
                Act.Replace(TestFiles.CMirrorLog),
                Act.Send([4]),
                Act.Remove(),
                Act.Send([5]),
                Act.Add(TestFiles.WatMirror),
                Act.Send([6]),
                Act.Pump,
                Act.Revoke("guest", "*"),
                Act.Send([7])
            )
        );

    [Fact]
    public void ManyMessages_ThroughAChainOfGuests_ArriveTheSame()
    {
        ComponentOptions few = Cast.Free.With(o => o.Quota = new() { Messages = 250 });
        Act[] sends =
        [
            .. Enumerable
                .Range(0, 300)
                .Select(i => Act.Send(i % 50 == 49 ? [0xFE, .. "sink"u8] : Payload.Bytes(i * 7), from: i % 3)),
        ];
        _tally.Compare(new([new("guest", TestFiles.CMirror, few)], [.. sends, Act.Pump]));
    }

    [Fact]
    public void SmallMailbox_ThatDropsTheOldest_KeepsTheSame()
    {
        foreach (OverflowPolicy whenFull in new[] { OverflowPolicy.Refuse, OverflowPolicy.DropOldest })
        {
            ComponentOptions small = Cast.Free.With(o =>
            {
                o.Mailbox = new()
                {
                    Messages = 5,
                    Bytes = 4096,
                    OverflowPolicy = whenFull,
                };
                o.MaxMessageBytes = 5000;
            });
            _tally.Compare(
                new(
                    [new("guest", TestFiles.CMirror, small)],
                    [.. AroundTheBounds.Select(n => Act.Send(Payload.Echo(n)))]
                )
            );
        }
    }

    public void Dispose() => _tally.Dispose();
}
