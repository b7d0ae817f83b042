namespace FireAndForget.Tests.Fuzz.Mutation;

/// <summary>
/// Makes an area's inputs out of its corpus: first the corpus as it is, then without end what becomes of it when it is damaged. Each
/// input is decided by the seed, the area's name and its own number, and needs none of those before it.
/// </summary>
internal sealed class InputMaker(long seed, string area, IReadOnlyList<byte[]> corpus)
{
    private const int LongestInput = 1 << 16;

    public byte[] Input(long index)
    {
        if (index < corpus.Count)
        {
            return corpus[(int)index];
        }

        var random = Randomness.For(seed, area, index);
        byte[] input = random.Of(corpus);
        // Mostly one damage or a few, so that the rest still leads somewhere.
        int changes =
            1
            + random.Below(
                random.OneIn(16) ? 24
                : random.OneIn(2) ? 1
                : 4
            );
        for (int i = 0; i < changes; i++)
        {
            byte[] other = random.Of(corpus);
            input =
                SectionMutator.IsBinary(input) ? SectionMutator.Mutate(input, other, random)
                : IsText(input) ? TextMutator.Mutate(input, other, random)
                : ByteMutator.Mutate(input, other, random);
        }

        return input.Length > LongestInput ? input[..LongestInput] : input;
    }

    private static bool IsText(byte[] input) => input.Any(b => b is (byte)'{' or (byte)'(');
}
