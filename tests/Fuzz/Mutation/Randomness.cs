namespace FireAndForget.Tests.Fuzz.Mutation;

/// <summary>
/// Numbers that a seed decides, the same on every machine and runtime: SplitMix64
/// (<see href="https://prng.di.unimi.it/splitmix64.c"/>).
/// </summary>
internal sealed class Randomness(ulong state)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>The numbers for one input of an area.</summary>
    public static Randomness For(long seed, string area, long index)
    {
        ulong state = Mix((ulong)seed);
        foreach (char c in area)
        {
            state = Mix(state ^ c);
        }

        return new(Mix(state ^ (ulong)index));
    }

    /// <summary>The numbers that belong to an input, however it came about.</summary>
    public static Randomness For(ReadOnlySpan<byte> input)
    {
        ulong state = (ulong)input.Length;
        foreach (byte b in input)
        {
            state = Mix(state ^ b);
        }

        return new(state);
    }

    public ulong Next() => Mix(_state += Step);

    /// <summary>From 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    public bool OneIn(int times) => Below(times) == 0;

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)Next();
        }

        return bytes;
    }

    private static ulong Mix(ulong value)
    {
        value += Step;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
