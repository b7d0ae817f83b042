using FireAndForget.Sources;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Finds out from a guest's bytes what it is and how to run it, without compiling it. The bytes may be anything: they
/// end in a description or in a <see cref="ComponentLoadException"/>.
/// </summary>
internal static class GuestDecoder
{
    /// <summary>Describes a guest. One that can be read but not hosted has a refusal in its description.</summary>
    /// <exception cref="ComponentLoadException">
    /// The bytes are no WebAssembly, are damaged or of a form that is not known here.
    /// </exception>
    /// <param name="bytes">The guest.</param>
    /// <param name="refused">What it may import although nobody grants it.</param>
    public static GuestDescription Decode(ReadOnlyMemory<byte> bytes, RefusedImports refused = default)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        WasmStart.CheckBinary(span);
        DecodingBudget budget = new(span.Length);
        WasmReader reader = new(span, 0, span.Length, budget);
        if (span.StartsWith(ComponentReader.Preamble))
        {
            return ComponentDescriber.Describe(ComponentReader.Read(bytes, reader, null), budget, refused);
        }

        return span[WasmStart.Magic.Length..].StartsWith((ReadOnlySpan<byte>)[1, 0, 0, 0])
            ? CoreModuleDescriber.Describe(CoreModuleReader.Read(bytes, reader), budget)
            : throw WrongVersion(span[WasmStart.Magic.Length..]);
    }

    private static ComponentLoadException WrongVersion(ReadOnlySpan<byte> version) =>
        version.Length < 4
            ? WasmReader.Damaged("it ends within its first eight bytes", WasmStart.Magic.Length + version.Length)
            : WasmReader.Unsupported(
                $"its version is {Convert.ToHexStringLower(version[..4])}, where 01000000 (a core module) and 0d000100 "
                    + "(a component) are known",
                WasmStart.Magic.Length
            );
}
