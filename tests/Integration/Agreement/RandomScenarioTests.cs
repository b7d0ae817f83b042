using CsCheck;
using FireAndForget.Tests.Properties;
using Xunit;

namespace FireAndForget.Tests.Agreement;

/// <summary>Random scenarios over every component that both runtimes can run.</summary>
public class RandomScenarioTests
{
    private static readonly Gen<string> AnyFile = AnyOf<string>([
        TestFiles.ConversationComponent,
        TestFiles.ConversationComponent,
        .. ScenarioInputs.Fixtures,
        .. ScenarioInputs.Fixtures,
        .. ScenarioInputs.Hostile.Keys,
    ]);

    /// <summary>Lengths by which no hostile component chooses to wait or to loop until its budget is over.</summary>
    private static readonly Gen<int> AnyLength = Gen.OneOf(Gen.Int[0, 999], Gen.Int[4000, 4999]);

    private static readonly Gen<byte[]> AnyMessage = Gen.Frequency(
        (4, AnyOf<byte[]>([.. ScenarioInputs.Messages])),
        (3, AnyOf<byte[]>([.. ScenarioInputs.Conversations])),
        (2, AnyOf<int>([.. ScenarioInputs.Hostile.Values.SelectMany(n => n).Distinct()]).Select(n => Payload.Bytes(n))),
        (2, Gen.Byte.Array[0, 40]),
        (1, AnyLength.Select(n => Payload.Echo(n)))
    );

    private static readonly Gen<string> AnyId = AnyOf("guest", "guest", "guest", "other", "client", "nobody", "A b");

    private static readonly Gen<ScenarioStep> AnyStep = Gen.Frequency(
        (16, Gen.Select(AnyMessage, AnyId, Gen.Int[0, 2], (m, to, from) => ScenarioStep.Send(m, to, from))),
        (4, Gen.Const(ScenarioStep.Pump)),
        (1, AnyFile.Select(file => ScenarioStep.Replace(file)))
    );

    private static readonly Gen<ComponentOptions> AnyOptions = Gen.Select(
        AnyOf(0, 1, 3, 10_000),
        AnyOf("*", "client", "s*"),
        AnyOf(2, 10_000),
        AnyOf(0L, 0L, 5L),
        Gen.Bool,
        (restarts, sendsTo, messages, quota, drops) =>
            ScenarioGuest.Free.With(o =>
            {
                o.SendsTo = [sendsTo];
                o.PublishesTo = [sendsTo];
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

    private static readonly Gen<Scenario> AnyScenario = Gen.Select(
        AnyFile,
        AnyFile,
        AnyOptions,
        AnyStep.Array[1, 40],
        (one, other, options, steps) => new Scenario([new("guest", one, options), new("other", other)], steps)
    );

    [Fact]
    public void AnyScenario_OnBothRuntimes_ShowsTheSame() => Compare(30);

    [Fact]
    [Nightly]
    public void AnyOfManyPlays_OnBothRuntimes_ShowsTheSame() => Compare(300);

    private static void Compare(int scenarios)
    {
        using ComparisonCounter counter = new();
        AnyScenario.Sample(
            scenario => _ = counter.Compare(scenario),
            iter: PropertyRuns.Of(scenarios),
            print: scenario => scenario.ToString()
        );
    }

    private static Gen<T> AnyOf<T>(params T[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);
}
