using System.Text;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The types that a core module defines. Only the place of each in the binary is kept, four bytes a type; the few types that an
/// error or a description shows are read again from there.
/// </summary>
internal sealed class CoreTypes(ReadOnlyMemory<byte> guest)
{
    private const int LongestText = 400;
    private const int MostToCompare = 16;

    // Each type's place, as its complement where the type holds something that Wasmtime's C API cannot list.
    private readonly List<int> _places = [];

    public int Count => _places.Count;

    /// <summary>Whether there are types of structs or arrays among them.</summary>
    public bool HasObjects { get; private set; }

    public void Add(int place, bool isListable, bool isObject)
    {
        _places.Add(isListable ? place : ~place);
        HasObjects |= isObject;
    }

    /// <summary>Whether Wasmtime's C API can list all parameters and results of a function of that type.</summary>
    public bool IsListable(int type) => _places[type] >= 0;

    /// <summary>Whether a function's type is the one in words, which has few parameters. A long one is not read to its end.</summary>
    public bool Is(int type, string expected)
    {
        WasmReader reader = ReaderAt(PlaceOf(type));
        CoreTypeReader.SkipPrefixes(ref reader);
        return reader.ReadByte() == CoreTypeReader.FunctionCode
            && reader.ReadCount("value types", 0) <= MostToCompare
            && Describe(type) == expected;
    }

    /// <summary>A function's type as the host's messages write it, shortened where it is long: <c>(i32, i64) -> ()</c>.</summary>
    public string Describe(int type)
    {
        WasmReader reader = ReaderAt(PlaceOf(type));
        CoreTypeReader.SkipPrefixes(ref reader);
        switch (reader.ReadByte())
        {
            case CoreTypeReader.FunctionCode:
                break;
            case CoreTypeReader.StructCode:
                return "struct";
            case CoreTypeReader.ArrayCode:
                return "array";
            default:
                return "continuation";
        }

        StringBuilder text = new();
        Append(text, ref reader, alwaysBracketed: true);
        text.Append(" -> ");
        Append(text, ref reader, alwaysBracketed: false);
        return text.Length <= LongestText ? text.ToString() : $"{text.ToString(0, LongestText)}...";
    }

    /// <summary>Whether a function of that type gives anything.</summary>
    public bool HasResults(int type)
    {
        WasmReader reader = ReaderAt(PlaceOf(type));
        CoreTypeReader.SkipPrefixes(ref reader);
        reader.ReadByte();
        int parameters = reader.ReadCount("value types", 0);
        for (int i = 0; i < parameters; i++)
        {
            CoreTypeReader.ReadValue(ref reader);
        }

        return reader.ReadCount("value types", 0) != 0;
    }

    /// <summary>The value type at a place in the binary.</summary>
    public CoreValueType ValueAt(int place)
    {
        WasmReader reader = ReaderAt(place);
        return CoreTypeReader.ReadValue(ref reader);
    }

    private int PlaceOf(int type) => _places[type] >= 0 ? _places[type] : ~_places[type];

    private WasmReader ReaderAt(int place) => new(guest.Span, place, guest.Length, new DecodingBudget(guest.Length));

    private static void Append(StringBuilder text, ref WasmReader reader, bool alwaysBracketed)
    {
        int count = reader.ReadCount("value types", 0);
        bool isBracketed = alwaysBracketed || count != 1;
        text.Append(isBracketed ? "(" : "");
        for (int i = 0; i < count; i++)
        {
            string type = CoreTypeReader.ReadValue(ref reader).ToString();
            if (text.Length <= LongestText)
            {
                text.Append(i == 0 ? "" : ", ").Append(type);
            }
        }

        text.Append(isBracketed ? ")" : "");
    }
}
