using CsCheck;
using FireAndForget.Tests.Properties;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Random plays over every component that both runtimes can run.</summary>
public class RandomPlayTests
{
    private static readonly Gen<string> AnyFile = AnyOf<string>([
        .. Repertoire.Fixtures,
        .. Repertoire.Fixtures,
        .. Repertoire.Hostile.Keys,
    ]);

    /// <summary>Lengths by which no hostile component chooses to wait or to loop until its budget is over.</summary>
    private static readonly Gen<int> AnyLength = Gen.OneOf(Gen.Int[0, 999], Gen.Int[4000, 4999]);

    private static readonly Gen<byte[]> AnyMessage = Gen.Frequency(
        (4, AnyOf<byte[]>([.. Repertoire.Messages])),
        (2, AnyOf<int>([.. Repertoire.Hostile.Values.SelectMany(n => n).Distinct()]).Select(n => Payload.Bytes(n))),
        (2, Gen.Byte.Array[0, 40]),
        (1, AnyLength.Select(n => Payload.Echo(n)))
    );

    private static readonly Gen<string> AnyId = AnyOf("guest", "guest", "guest", "other", "client", "nobody", "A b");

    private static readonly Gen<Act> AnyAct = Gen.Frequency(
        (16, Gen.Select(AnyMessage, AnyId, Gen.Int[0, 2], (m, to, from) => Act.Send(m, to, from))),
        (4, Gen.Const(Act.Pump)),
        (1, AnyFile.Select(file => Act.Replace(file)))
    );

    private static readonly Gen<ComponentOptions> AnyOptions = Gen.Select(
        AnyOf(0, 1, 3, 10_000),
        AnyOf("*", "client", "s*"),
        AnyOf(2, 10_000),
        AnyOf(0L, 0L, 5L),
        Gen.Bool,
        (restarts, sendsTo, messages, quota, drops) =>
            Cast.Free.With(o =>
            {
                o.SendsTo = [sendsTo];
                o.Restart = new() { Max = restarts };
                o.Mailbox.Messages = messages;
                o.Mailbox.OverflowPolicy = drops ? OverflowPolicy.DropOldest : OverflowPolicy.Refuse;
                o.Quota = new() { Messages = quota };
                o.Wasi = new()
                {
                    Environment = new Dictionary<string, string> { ["HOME"] = "/somewhere" },
                    Arguments = ["guest", "ö"],
                };
            })
    );

    private static readonly Gen<Play> AnyPlay = Gen.Select(
        AnyFile,
        AnyFile,
        AnyOptions,
        AnyAct.Array[1, 40],
        (one, other, options, acts) => new Play([new("guest", one, options), new("other", other)], acts)
    );

    [Fact]
    public void AnyPlay_OnBothRuntimes_ShowsTheSame() => Compare(30);

    [Fact]
    [Nightly]
    public void AnyOfManyPlays_OnBothRuntimes_ShowsTheSame() => Compare(300);

    private static void Compare(int plays)
    {
        using Tally tally = new();
        AnyPlay.Sample(play => _ = tally.Compare(play), iter: PropertyRuns.Of(plays), print: play => play.ToString());
    }

    private static Gen<T> AnyOf<T>(params T[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);
}
