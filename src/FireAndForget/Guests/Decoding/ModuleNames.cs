using System.Globalization;
using System.Text;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The names of a module's functions, kept aside for backtraces: the bytes of the <c>name</c> section's part for functions, which
/// are decoded when a name is asked for (<see href="https://webassembly.github.io/spec/core/appendix/custom.html#name-section"/>).
/// </summary>
/// <param name="start">Where it starts in what the engine got.</param>
internal sealed class ModuleNames(int start)
{
    /// <summary>The most bytes of names that are kept of one guest; the names of a module with more are not kept.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>The code of the subsection with the module's own name.</summary>
    public const byte OfModule = 0;

    private const byte OfFunctions = 1;
    private const int MostOfName = 1_000;

    private static ReadOnlySpan<byte> Section => "name"u8;

    private byte[] _functions = [];

    /// <summary>How many bytes of custom sections stood before the module's code.</summary>
    public int CodeBehind { get; set; }

    /// <summary>What the engine calls a module.</summary>
    public static string NameOf(int module) => string.Create(CultureInfo.InvariantCulture, $"module {module}");

    /// <summary>The offset in the module as its author built it, from a place that the engine gave.</summary>
    public long OffsetOf(long place) => place - start + CodeBehind;

    /// <summary>Keeps the names of functions that a custom section has.</summary>
    /// <returns>The bytes that are kept of it.</returns>
    public int Keep(scoped WasmReader section, int most)
    {
        WasmReader name = section.ReadPart("a name");
        if (!name.ReadBytes(name.End - name.Position).SequenceEqual(Section))
        {
            return 0;
        }

        try
        {
            while (!section.AtEnd)
            {
                byte code = section.ReadByte();
                WasmReader part = section.ReadPart("names");
                if (code == OfFunctions)
                {
                    int length = part.End - part.Position;
                    _functions = length <= most ? part.ReadBytes(length).ToArray() : [];
                    return _functions.Length;
                }
            }
        }
        catch (ComponentLoadException)
        {
            // A damaged custom section does not make the module invalid: its names are not kept.
        }

        return 0;
    }

    /// <summary>The name of a function, by its number; null where it has none. It is the guest's text, cut off where it is long.</summary>
    public string? NameOf(uint function)
    {
        try
        {
            WasmReader reader = new(_functions, 0, _functions.Length, new(0));
            for (uint left = _functions.Length == 0 ? 0 : reader.ReadU32(); left != 0; left--)
            {
                uint index = reader.ReadU32();
                WasmReader name = reader.ReadPart("a name");
                if (index == function)
                {
                    return Encoding.UTF8.GetString(name.ReadBytes(Math.Min(name.End - name.Position, MostOfName)));
                }
            }
        }
        catch (ComponentLoadException)
        {
            // The section is damaged: the function has no name.
        }

        return null;
    }
}
