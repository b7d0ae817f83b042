namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The name of an import or export: <paramref name="Key"/>, by which a component's other parts refer to it, and
/// <paramref name="Full"/>, with the rest of a version that is kept apart (<c>wasi:io/poll@0.2</c> and <c>.6</c>).
/// </summary>
internal readonly record struct ExternName(string Key, string Full)
{
    public static ExternName Read(ref WasmReader reader)
    {
        int offset = reader.Position;
        byte form = reader.ReadByte();
        string name = reader.ReadName();
        if (form is 0x00 or 0x01)
        {
            return new ExternName(name, name);
        }

        if (form != 0x02)
        {
            throw WasmReader.Unsupported($"0x{form:x2} is the code of no form of name", offset);
        }

        string full = name;
        int attributes = reader.ReadCount("attributes of a name", 0);
        for (int i = 0; i < attributes; i++)
        {
            offset = reader.Position;
            byte attribute = reader.ReadByte();
            string value = reader.ReadName();
            switch (attribute)
            {
                case 0x01 when full.Length == name.Length:
                    reader.Budget.Take(sizeof(char) * (name.Length + (long)value.Length), offset);
                    full = name + value;
                    break;
                case 0x00 or 0x02:
                    break;
                default:
                    throw WasmReader.Unsupported($"0x{attribute:x2} is no attribute that may stand here", offset);
            }
        }

        return new ExternName(name, full);
    }
}

/// <summary>A function or resource by the imported interface and its name there.</summary>
internal sealed record ImportedName(string Interface, string Name);

/// <summary>A name whose version is kept apart: where it stands in the guest's bytes, up to its end, and how it reads as a whole.</summary>
internal readonly record struct VersionedName(int Start, int End, string Full);
