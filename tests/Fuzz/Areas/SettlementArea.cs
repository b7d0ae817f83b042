using FireAndForget.Orleans.Links;
using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>What another silo of a cluster tells of messages: it is read as it was written, or refused as damaged.</summary>
internal sealed class SettlementArea : FuzzArea
{
    public override string Name => "settlements";

    public override int Weight => 1;

    protected override Func<Randomness, byte[]> Generator => Make;

    public override bool Run(byte[] input)
    {
        try
        {
            ulong number = Settlement.NumberOf(input);
            IReadOnlyList<TargetSettlement> targets = Settlement.Read(input);
            foreach (TargetSettlement target in targets)
            {
                Require(target.Through >= 0, $"settled up to {target.Through}");
                Require(
                    target.Ended.All(ended =>
                        ended.Number > 0 && ended.Number <= target.Through && Enum.IsDefined(ended.Outcome)
                    ),
                    "a message that is not among those that are settled, or an outcome that is none"
                );
                Require(
                    target.Ended.Zip(target.Ended.Skip(1)).All(pair => pair.First.Number < pair.Second.Number),
                    "the messages are out of order"
                );
            }

            byte[] again = Settlement.Write(number, targets);
            Require(Settlement.Read(again).Count == targets.Count, "what is written again is something else");
            return true;
        }
        catch (InvalidDataException e)
        {
            Require(e.Message.Length is > 20 and < 300, $"the refusal gives no reason, or more than that: {e.Message}");
            return false;
        }
    }

    private static byte[] Make(Randomness random)
    {
        List<TargetSettlement> targets = [];
        for (int i = random.Below(4); i > 0; i--)
        {
            long through = random.Below(1000);
            List<Ended> ended = [];
            for (
                long number = 1 + random.Below(100);
                number <= through && ended.Count < 5;
                number += 1 + random.Below(300)
            )
            {
                ended.Add(
                    random.OneIn(3)
                        ? new(number, Outcome.Handled, "", random.Bytes(random.Below(40)))
                        : new(number, (Outcome)(1 + random.Below(6)), new string('w', random.Below(30)))
                );
            }

            targets.Add(new((uint)random.Below(10), through, ended));
        }

        return Settlement.Write((ulong)random.Below(1000), targets);
    }
}
