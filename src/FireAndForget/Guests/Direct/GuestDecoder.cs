using FireAndForget.Guests.Direct.Decoding;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// Finds out from a guest's bytes what it is and how to run it, without compiling it. The bytes may be anything: they
/// end in a description or in a <see cref="ComponentLoadException"/>.
/// </summary>
internal static class GuestDecoder
{
    private static ReadOnlySpan<byte> Magic => "\0asm"u8;

    /// <summary>Describes a guest. One that can be read but not hosted has a refusal in its description.</summary>
    /// <exception cref="ComponentLoadException">
    /// The bytes are no WebAssembly, are damaged or of a form that is not known here.
    /// </exception>
    public static GuestDescription Decode(ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        CheckMagic(span);
        DecodingBudget budget = new(span.Length);
        WasmReader reader = new(span, 0, span.Length, budget);
        if (span.StartsWith(ComponentReader.Preamble))
        {
            return ComponentDescriber.Describe(ComponentReader.Read(bytes, reader, null), budget);
        }

        return span[Magic.Length..].StartsWith((ReadOnlySpan<byte>)[1, 0, 0, 0])
            ? CoreModuleDescriber.Describe(CoreModuleReader.Read(bytes, reader), budget)
            : throw WrongVersion(span[Magic.Length..]);
    }

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
    public static void CheckMagic(ReadOnlySpan<byte> bytes)
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
            throw WasmReader.Damaged("it ends within its first four bytes", bytes.Length);
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

    private static ComponentLoadException WrongVersion(ReadOnlySpan<byte> version) =>
        version.Length < 4
            ? WasmReader.Damaged("it ends within its first eight bytes", Magic.Length + version.Length)
            : WasmReader.Unsupported(
                $"its version is {Convert.ToHexStringLower(version[..4])}, where 01000000 (a core module) and 0d000100 "
                    + "(a component) are known",
                Magic.Length
            );
}
