using System.Text;

namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>
/// Reads the types of core WebAssembly, those of garbage collection, exceptions and stack switching included. Only
/// functions matter here, and of those only that they can be compared and told to a person: a type is kept as words.
/// </summary>
internal static class CoreTypeReader
{
    /// <summary>
    /// Reads a group of types that may refer to each other, and calls each by name, a function by its type.
    /// </summary>
    public static void ReadGroup(ref WasmReader reader, List<string> types)
    {
        if (reader.Peek() != 0x4E)
        {
            types.Add(ReadSubtype(ref reader));
            return;
        }

        reader.ReadByte();
        int count = reader.ReadCount("types of a group");
        for (int i = 0; i < count; i++)
        {
            types.Add(ReadSubtype(ref reader));
        }
    }

    public static void ReadGlobal(ref WasmReader reader)
    {
        ReadValue(ref reader);
        ReadFlags(ref reader, 0b11, "a global's");
    }

    public static CoreLimits ReadTable(ref WasmReader reader)
    {
        ReadValue(ref reader);
        return ReadLimits(ref reader, ReadFlags(ref reader, 0b111, "a table's"));
    }

    /// <summary>
    /// Reads a memory; <paramref name="unusual"/> says what the direct runtime has no use for, else it is null.
    /// </summary>
    public static CoreLimits ReadMemory(ref WasmReader reader, out string? unusual)
    {
        byte flags = ReadFlags(ref reader, 0b1111, "a memory's");
        CoreLimits limits = ReadLimits(ref reader, flags);
        if ((flags & 0b1000) != 0)
        {
            reader.ReadU32();
        }

        unusual = flags switch
        {
            _ when (flags & 0b0100) != 0 => "a 64-bit memory",
            _ when (flags & 0b0010) != 0 => "a shared memory",
            _ when (flags & 0b1000) != 0 => "a memory with pages of another size than 64 KiB",
            _ => null,
        };
        return limits;
    }

    /// <summary>Reads a tag's type: its attribute and the index of a function type.</summary>
    public static void ReadTag(ref WasmReader reader)
    {
        ReadFlags(ref reader, 0, "a tag's");
        reader.ReadU32();
    }

    public static string ReadValue(ref WasmReader reader)
    {
        int offset = reader.Position;
        switch (reader.Peek())
        {
            case 0x7F:
                reader.ReadByte();
                return "i32";
            case 0x7E:
                reader.ReadByte();
                return "i64";
            case 0x7D:
                reader.ReadByte();
                return "f32";
            case 0x7C:
                reader.ReadByte();
                return "f64";
            case 0x7B:
                reader.ReadByte();
                return "v128";
            case 0x63 or 0x64:
                reader.ReadByte();
                SkipHeapType(ref reader);
                return "ref";
            case 0x65:
            case >= 0x68 and <= 0x75:
                SkipHeapType(ref reader);
                return "ref";
            default:
                throw WasmReader.Unsupported($"0x{reader.Peek():x2} is the code of no value type", offset);
        }
    }

    /// <summary>Reads past an initial value: constant instructions up to their end.</summary>
    public static void SkipConstant(ref WasmReader reader)
    {
        while (true)
        {
            int offset = reader.Position;
            byte code = reader.ReadByte();
            switch (code)
            {
                case 0x0B:
                    return;
                case 0x23 or 0xD2:
                    reader.ReadU32();
                    break;
                case 0x41:
                    reader.SkipSigned(32);
                    break;
                case 0x42:
                    reader.SkipSigned(64);
                    break;
                case 0x43:
                    reader.Skip(4);
                    break;
                case 0x44:
                    reader.Skip(8);
                    break;
                case >= 0x6A and <= 0x6C or >= 0x7C and <= 0x7E:
                    break;
                case 0xD0:
                    SkipHeapType(ref reader);
                    break;
                case 0xFB:
                    SkipConstantOfReferences(ref reader, offset);
                    break;
                case 0xFD when reader.ReadU32() == 0x0C:
                    reader.Skip(16);
                    break;
                default:
                    throw WasmReader.Unsupported($"0x{code:x2} is the code of no constant instruction", offset);
            }
        }
    }

    private static void SkipConstantOfReferences(ref WasmReader reader, int offset)
    {
        uint code = reader.ReadU32();
        switch (code)
        {
            case 0x00 or 0x01 or 0x06 or 0x07:
                reader.ReadU32();
                break;
            case 0x08:
                reader.ReadU32();
                reader.ReadU32();
                break;
            case 0x1A or 0x1B or 0x1C:
                break;
            default:
                throw WasmReader.Unsupported($"0xfb 0x{code:x2} is the code of no constant instruction", offset);
        }
    }

    private static string ReadSubtype(ref WasmReader reader)
    {
        if (reader.Peek() is 0x4F or 0x50)
        {
            reader.ReadByte();
            int supertypes = reader.ReadCount("supertypes");
            for (int i = 0; i < supertypes; i++)
            {
                reader.ReadU32();
            }
        }

        // Prefixes of proposals: shared types, and descriptors with an index each.
        while (reader.Peek() is 0x65 or 0x4C or 0x4D)
        {
            if (reader.ReadByte() != 0x65)
            {
                reader.ReadU32();
            }
        }

        int offset = reader.Position;
        byte code = reader.ReadByte();
        switch (code)
        {
            case 0x60:
                string parameters = ReadValues(ref reader, alwaysBracketed: true);
                return $"{parameters} -> {ReadValues(ref reader, alwaysBracketed: false)}";
            case 0x5F:
                int fields = reader.ReadCount("fields");
                for (int i = 0; i < fields; i++)
                {
                    SkipField(ref reader);
                }

                return "struct";
            case 0x5E:
                SkipField(ref reader);
                return "array";
            case 0x5D:
                SkipHeapType(ref reader);
                return "continuation";
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of no core type", offset);
        }
    }

    private static string ReadValues(ref WasmReader reader, bool alwaysBracketed)
    {
        int count = reader.ReadCount("value types");
        if (count == 1 && !alwaysBracketed)
        {
            return ReadValue(ref reader);
        }

        StringBuilder text = new("(");
        for (int i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(ReadValue(ref reader));
        }

        return text.Append(')').ToString();
    }

    private static void SkipField(ref WasmReader reader)
    {
        if (reader.Peek() is 0x78 or 0x77)
        {
            reader.ReadByte();
        }
        else
        {
            ReadValue(ref reader);
        }

        ReadFlags(ref reader, 0b11, "a field's");
    }

    private static void SkipHeapType(ref WasmReader reader)
    {
        if (reader.Peek() == 0x62)
        {
            reader.ReadByte();
            reader.ReadU32();
            return;
        }

        bool isShared = reader.Peek() == 0x65;
        if (isShared)
        {
            reader.ReadByte();
        }

        if (reader.Peek() is >= 0x68 and <= 0x75)
        {
            reader.ReadByte();
        }
        else if (isShared)
        {
            throw WasmReader.Unsupported($"0x{reader.Peek():x2} is the code of no reference type", reader.Position);
        }
        else
        {
            reader.ReadIndex33();
        }
    }

    private static CoreLimits ReadLimits(ref WasmReader reader, byte flags)
    {
        ulong minimum = reader.ReadU64();
        return new CoreLimits(minimum, (flags & 0b1) != 0 ? reader.ReadU64() : null);
    }

    private static byte ReadFlags(ref WasmReader reader, byte known, string whose)
    {
        int offset = reader.Position;
        byte flags = reader.ReadByte();
        return (flags & ~known) == 0
            ? flags
            : throw WasmReader.Unsupported($"{whose} flags are 0x{flags:x2}, of which some are not known here", offset);
    }
}
