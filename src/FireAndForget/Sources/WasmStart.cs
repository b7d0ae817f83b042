namespace FireAndForget.Sources;

/// <summary>What WebAssembly starts with, binary and text: a look at a few bytes before the rest is read.</summary>
internal static class WasmStart
{
    /// <summary>The first four bytes of every binary.</summary>
    public static ReadOnlySpan<byte> Magic => "\0asm"u8;

    /// <summary>Refuses what does not start as text does: with a bracket or a comment, after white space.</summary>
    /// <exception cref="ComponentLoadException">It starts otherwise.</exception>
    public static void CheckText(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = AfterGap(start);
        if (!text.IsEmpty && !IsText(text))
        {
            throw new ComponentLoadException(
                $"the text is not WAT: it starts with {StartOf(start)}, where WAT starts with a bracket or a comment. "
                    + "Give a binary a name that does not end in .wat."
            );
        }
    }

    /// <summary>Refuses what does not start as a binary does.</summary>
    /// <param name="bytes">The binary, or its first bytes.</param>
    /// <exception cref="ComponentLoadException">It starts otherwise.</exception>
    public static void CheckBinary(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            throw new ComponentLoadException("There are no bytes: give it a WebAssembly component or core module.");
        }

        if (bytes.StartsWith(Magic))
        {
            return;
        }

        if (Magic.StartsWith(bytes))
        {
            throw ComponentLoadException.Damaged("it ends within its first four bytes", bytes.Length);
        }

        throw new ComponentLoadException(
            IsText(AfterGap(bytes))
                ? "It is WebAssembly text, and its binary is needed here: give the file a name that ends in .wat, "
                    + "or load it as WAT."
                : $"It is no WebAssembly: it starts with {StartOf(bytes)}, "
                    + "where every WebAssembly binary starts with 0061736d. Give it a component or core module."
        );
    }

    /// <summary>Text behind a byte order mark and white space, where there are any.</summary>
    private static ReadOnlySpan<byte> AfterGap(ReadOnlySpan<byte> start) =>
        (start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? start[3..] : start).TrimStart(" \t\r\n"u8);

    private static bool IsText(ReadOnlySpan<byte> text) => text.StartsWith("("u8) || text.StartsWith(";"u8);

    private static string StartOf(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(bytes[..Math.Min(4, bytes.Length)]);
}
