using System.Globalization;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// A value type of core WebAssembly, exactly: a number, a vector, or a reference with its heap type, nullability and sharing.
/// </summary>
/// <param name="Code">The binary format's code of a number, or of the heap type referred to; 0 for a type of the module's own.</param>
/// <param name="Index">The type of the module's own that is referred to.</param>
/// <param name="IsNullable">Whether a reference may be null.</param>
/// <param name="IsShared">Whether the heap type is one that threads share.</param>
/// <param name="IsExact">Whether only that very type is meant, none below it.</param>
internal readonly record struct CoreValueType(
    byte Code,
    uint Index = 0,
    bool IsNullable = false,
    bool IsShared = false,
    bool IsExact = false
)
{
    public const byte V128 = 0x7B;

    private const byte Function = 0x70;
    private const byte Extern = 0x6F;

    public bool IsReference => Code < V128;

    /// <summary>
    /// Whether Wasmtime's C API can name it. It ends the process at all other references, as soon as a module's imports and exports
    /// are listed, which the .NET API does whenever it makes a module.
    /// </summary>
    public bool IsListable => !IsReference || (Code is Function or Extern && IsNullable && !IsShared && !IsExact);

    /// <summary>The type as WebAssembly's text format writes it.</summary>
    public override string ToString()
    {
        switch (Code)
        {
            case 0x7F:
                return "i32";
            case 0x7E:
                return "i64";
            case 0x7D:
                return "f32";
            case 0x7C:
                return "f64";
            case V128:
                return "v128";
        }

        string heap = HeapName(Code) ?? Index.ToString(CultureInfo.InvariantCulture);
        if (IsNullable && !IsShared && !IsExact && Code != 0)
        {
            return ShortName(Code);
        }

        heap = IsShared ? $"(shared {heap})" : heap;
        heap = IsExact ? $"(exact {heap})" : heap;
        return IsNullable ? $"(ref null {heap})" : $"(ref {heap})";
    }

    /// <summary>The heap type with that code; null where it is the code of none.</summary>
    public static string? HeapName(byte code) =>
        code switch
        {
            0x75 => "nocont",
            0x74 => "noexn",
            0x73 => "nofunc",
            0x72 => "noextern",
            0x71 => "none",
            Function => "func",
            Extern => "extern",
            0x6E => "any",
            0x6D => "eq",
            0x6C => "i31",
            0x6B => "struct",
            0x6A => "array",
            0x69 => "exn",
            0x68 => "cont",
            _ => null,
        };

    private static string ShortName(byte code) =>
        code switch
        {
            0x75 => "nullcontref",
            0x74 => "nullexnref",
            0x73 => "nullfuncref",
            0x72 => "nullexternref",
            0x71 => "nullref",
            _ => $"{HeapName(code)}ref",
        };
}
