namespace FireAndForget.Tests.Fuzz.Mutation;

/// <summary>
/// Makes an area's inputs out of its corpus: first the corpus as it is, then without end what becomes of it when it is damaged. Each
/// input is decided by the seed, the area's name and its own number, and needs none of those before it.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="area">The area's name.</param>
/// <param name="corpus">The inputs that it starts from.</param>
/// <param name="generate">
/// Makes inputs that take the place of the corpus behind its end: every other one is such an input as it is. Null: there are none.
/// </param>
internal sealed class InputMaker(
    long seed,
    string area,
    IReadOnlyList<byte[]> corpus,
    Func<Randomness, byte[]>? generate = null
)
{
    private const int LongestInput = 1 << 16;

    /// <summary>Whether an input was generated and is not damaged.</summary>
    public bool IsWhole(long index) => generate is not null && index >= corpus.Count && index % 2 == 0;

    public byte[] Input(long index)
    {
        if (index < corpus.Count)
        {
            return corpus[(int)index];
        }

        var random = Randomness.For(seed, area, index);
        byte[]? generated = generate?.Invoke(random);
        if (generated is not null && IsWhole(index))
        {
            return generated;
        }

        byte[] input = generated ?? random.Of(corpus);
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
            byte[] other = generated ?? random.Of(corpus);
            input =
                SectionMutator.IsBinary(input) ? SectionMutator.Mutate(input, other, random)
                : IsText(input) ? TextMutator.Mutate(input, other, random)
                : ByteMutator.Mutate(input, other, random);
        }

        return input.Length > LongestInput ? input[..LongestInput] : input;
    }

    private static bool IsText(byte[] input) => input.Any(b => b is (byte)'{' or (byte)'(');
}
