using FireAndForget.Guests.Decoding;

namespace FireAndForget.Tests.Fuzz.Mutation;

/// <summary>
/// Damages a WebAssembly binary section by section, in modules and components inside it too, and mends the sections' lengths, so
/// that what is damaged is reached by who reads it.
/// </summary>
internal static class SectionMutator
{
    private const int PreambleLength = 8;
    private const byte CoreModule = 1;
    private const byte Component = 4;

    private static ReadOnlySpan<byte> Magic => "\0asm"u8;

    public static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    /// <summary>The binary with one damage.</summary>
    /// <param name="bytes">The binary; it stays as it is.</param>
    /// <param name="other">Another binary, from which sections may come.</param>
    /// <param name="random">Decides which.</param>
    public static byte[] Mutate(byte[] bytes, byte[] other, Randomness random)
    {
        if (random.OneIn(4) || !TryRead(bytes, out List<(byte Id, byte[] Content)> sections) || sections.Count == 0)
        {
            return ByteMutator.Mutate(bytes, other, random);
        }

        int at = random.Below(sections.Count);
        (byte id, byte[] content) = sections[at];
        int action = random.Below(10);
        if (action == 0)
        {
            sections.RemoveAt(at);
        }
        else if (action == 1)
        {
            sections.Insert(random.Below(sections.Count), (id, content));
        }
        else if (action == 2)
        {
            int second = random.Below(sections.Count);
            (sections[at], sections[second]) = (sections[second], sections[at]);
        }
        else if (action == 3 && TryRead(other, out List<(byte Id, byte[] Content)> others) && others.Count > 0)
        {
            sections[at] = random.Of(others);
        }
        else
        {
            bool isNested = id is CoreModule or Component && IsBinary(content);
            sections[at] = (
                id,
                isNested ? Mutate(content, other, random) : ByteMutator.Mutate(content, content, random)
            );
        }

        return Write(bytes.AsSpan(0, PreambleLength), sections);
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out List<(byte Id, byte[] Content)> sections)
    {
        sections = [];
        if (bytes.Length < PreambleLength || !IsBinary(bytes))
        {
            return false;
        }

        bytes = bytes[PreambleLength..];
        while (!bytes.IsEmpty)
        {
            byte id = bytes[0];
            bytes = bytes[1..];
            long length = 0;
            int shift = 0;
            byte b;
            do
            {
                if (bytes.IsEmpty || shift > 28)
                {
                    return false;
                }

                b = bytes[0];
                length |= (long)(b & 0x7F) << shift;
                shift += 7;
                bytes = bytes[1..];
            } while (b >= 0x80);

            if (length > bytes.Length)
            {
                return false;
            }

            sections.Add((id, bytes[..(int)length].ToArray()));
            bytes = bytes[(int)length..];
        }

        return true;
    }

    private static byte[] Write(ReadOnlySpan<byte> preamble, List<(byte Id, byte[] Content)> sections)
    {
        List<byte> bytes = [.. preamble];
        foreach ((byte id, byte[] content) in sections)
        {
            bytes.Add(id);
            int length = content.Length;
            while (length >= 0x80)
            {
                bytes.Add((byte)(length | 0x80));
                length >>= 7;
            }

            bytes.Add((byte)length);
            bytes.AddRange(content);
        }

        return [.. bytes];
    }
}
