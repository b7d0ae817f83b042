namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Reads the types of core WebAssembly, those of garbage collection, exceptions and stack switching included.
/// </summary>
internal static class CoreTypeReader
{
    public const byte FunctionCode = 0x60;
    public const byte StructCode = 0x5F;
    public const byte ArrayCode = 0x5E;

    private const byte ContinuationCode = 0x5D;
    private const byte Shared = 0x65;
    private const byte Exact = 0x62;

    /// <summary>Reads a group of types that may refer to each other, and adds each of them where there is a place for them.</summary>
    public static void ReadGroup(ref WasmReader reader, CoreTypes? types)
    {
        if (reader.Peek() != 0x4E)
        {
            ReadSubtype(ref reader, types);
            return;
        }

        reader.ReadByte();
        int count = reader.ReadCount("types of a group", types is null ? 0 : sizeof(int) * 4);
        for (int i = 0; i < count; i++)
        {
            ReadSubtype(ref reader, types);
        }
    }

    public static CoreValueType ReadGlobal(ref WasmReader reader)
    {
        CoreValueType type = ReadValue(ref reader);
        ReadFlags(ref reader, 0b11, "a global's");
        return type;
    }

    /// <summary>Reads a table; <paramref name="isListable"/> says whether Wasmtime's C API can list it, which knows 32 bits.</summary>
    public static CoreLimits ReadTable(ref WasmReader reader, out bool isListable)
    {
        CoreValueType element = ReadValue(ref reader);
        CoreLimits limits = ReadLimits(ref reader, ReadFlags(ref reader, 0b111, "a table's"));
        isListable =
            element.IsListable && limits.Minimum <= uint.MaxValue && limits.Maximum is null or <= uint.MaxValue;
        return limits;
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

    /// <summary>Reads a tag's type: its attribute and the number of a function type.</summary>
    public static uint ReadTag(ref WasmReader reader)
    {
        ReadFlags(ref reader, 0, "a tag's");
        return reader.ReadU32();
    }

    public static CoreValueType ReadValue(ref WasmReader reader)
    {
        byte code = reader.Peek();
        switch (code)
        {
            case >= CoreValueType.V128 and <= 0x7F:
                reader.ReadByte();
                return new CoreValueType(code);
            case 0x63 or 0x64:
                reader.ReadByte();
                return ReadHeapType(ref reader, isNullable: code == 0x63);
            case Shared:
            case >= 0x68 and <= 0x75:
                return ReadHeapType(ref reader, isNullable: true);
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of no value type", reader.Position);
        }
    }

    /// <summary>Reads what may stand before a type: that it is open, its supertypes, and prefixes of proposals.</summary>
    public static void SkipPrefixes(ref WasmReader reader)
    {
        if (reader.Peek() is 0x4F or 0x50)
        {
            reader.ReadByte();
            int supertypes = reader.ReadCount("supertypes", 0);
            for (int i = 0; i < supertypes; i++)
            {
                reader.ReadU32();
            }
        }

        // Shared types, and descriptors with an index each.
        while (reader.Peek() is Shared or 0x4C or 0x4D)
        {
            if (reader.ReadByte() != Shared)
            {
                reader.ReadU32();
            }
        }
    }

    /// <summary>
    /// Reads past an initial value: constant instructions up to their end; <paramref name="uses"/> gets the functions that it speaks of.
    /// </summary>
    public static void SkipConstant(ref WasmReader reader, List<FunctionUse>? uses = null)
    {
        while (true)
        {
            int offset = reader.Position;
            byte code = reader.ReadByte();
            switch (code)
            {
                case 0x0B:
                    return;
                case 0x23:
                    reader.ReadU32();
                    break;
                case 0xD2:
                    int start = reader.Position;
                    uint function = reader.ReadU32();
                    uses?.Add(new FunctionUse(start, reader.Position, function));
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
                    ReadHeapType(ref reader, isNullable: true);
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

    private static void ReadSubtype(ref WasmReader reader, CoreTypes? types)
    {
        int place = reader.Position;
        SkipPrefixes(ref reader);
        int offset = reader.Position;
        byte code = reader.ReadByte();
        bool isListable = true;
        switch (code)
        {
            case FunctionCode:
                isListable = AreListable(ref reader) & AreListable(ref reader);
                break;
            case StructCode:
                int fields = reader.ReadCount("fields", 0);
                for (int i = 0; i < fields; i++)
                {
                    SkipField(ref reader);
                }

                break;
            case ArrayCode:
                SkipField(ref reader);
                break;
            case ContinuationCode:
                ReadHeapType(ref reader, isNullable: false);
                break;
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of no core type", offset);
        }

        types?.Add(place, isListable, isObject: code is StructCode or ArrayCode);
    }

    private static bool AreListable(ref WasmReader reader)
    {
        int count = reader.ReadCount("value types", 0);
        bool all = true;
        for (int i = 0; i < count; i++)
        {
            all &= ReadValue(ref reader).IsListable;
        }

        return all;
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

    private static CoreValueType ReadHeapType(ref WasmReader reader, bool isNullable)
    {
        if (reader.Peek() == Exact)
        {
            reader.ReadByte();
            return new CoreValueType(0, reader.ReadU32(), isNullable, IsExact: true);
        }

        bool isShared = reader.Peek() == Shared;
        if (isShared)
        {
            reader.ReadByte();
        }

        byte code = reader.Peek();
        if (CoreValueType.HeapName(code) is not null)
        {
            reader.ReadByte();
            return new CoreValueType(code, IsNullable: isNullable, IsShared: isShared);
        }

        return isShared
            ? throw WasmReader.Unsupported($"0x{code:x2} is the code of no reference type", reader.Position)
            : new CoreValueType(0, reader.ReadIndex33(), isNullable);
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
