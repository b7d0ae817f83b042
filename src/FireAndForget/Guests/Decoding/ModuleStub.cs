namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Writes a core module's stub: a module of the same length that imports and exports the same things of the same types, but has next to no
/// code, and no data, elements or start function. With stubs in place of its modules a component is checked in the time that compiling a
/// few empty functions takes.
/// </summary>
/// <remarks>
/// Of the module's own functions one is kept for each type that an exported function has, or one that a constant refers to. The
/// sections of types, imports, tables, memories, tags, globals and exports stay as they are, but that functions go by their new
/// numbers, each written in as many bytes as before; a custom section fills what is left.
/// </remarks>
internal sealed class ModuleStub
{
    private const int PreambleLength = 8;
    private const byte FunctionSection = 3;
    private const byte TableSection = 4;
    private const byte GlobalSection = 6;
    private const byte ExportSection = 7;
    private const byte CodeSection = 10;
    private const int ShortestSection = 3;
    private const byte Nop = 1;
    private const byte EndOfBody = 0x0B;

    // Bodies without locals: one that returns nothing, and one that fits any result type because it never returns (unreachable).
    private static readonly byte[] EmptyBody = [2, 0, 0x0B];
    private static readonly byte[] UnreachableBody = [3, 0, 0, 0x0B];

    private readonly CoreModule _module;
    private readonly ReadOnlyMemory<byte> _guest;
    private readonly int _importedFunctions;

    // Each place in the binary where a function is referred to by its number.
    private readonly List<FunctionUse> _uses = [];

    // The types of the functions that are kept, in the order of these functions, and the new number of each function by its type.
    private readonly List<int> _kept = [];
    private readonly Dictionary<int, uint> _numberOfType = [];
    private int[] _types = [];

    private ModuleStub(CoreModule module, ReadOnlyMemory<byte> guest)
    {
        _module = module;
        _guest = guest;
        _importedFunctions = module.Imports.Count(import => import.Sort == CoreSort.Function);
    }

    private int End => _module.Offset + _module.Bytes.Length;

    /// <summary>Writes the stub of a valid module to the place of the module.</summary>
    public static void Write(CoreModule module, ReadOnlyMemory<byte> guest, Span<byte> target) =>
        new ModuleStub(module, guest).Write(target);

    /// <summary>Writes a number in LEB128, in as many bytes as there are.</summary>
    public static void WriteNumber(Span<byte> target, uint number)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = (byte)((number & 0x7F) | (i + 1 < target.Length ? 0x80u : 0));
            number >>= 7;
        }
    }

    private void Write(Span<byte> target)
    {
        FindUses();
        KeepFunctions();
        int at = _module.Offset + PreambleLength;
        int code = 0;
        WasmReader reader = ReaderAt(at);
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            byte id = reader.ReadByte();
            WasmReader section = reader.ReadPart("a section");
            switch (id)
            {
                case FunctionSection:
                    at = WriteSection(target, at, start, ref section, hasBodies: false);
                    break;
                case CodeSection:
                    code = at;
                    at = WriteSection(target, at, start, ref section, hasBodies: true);
                    break;
                case 1 or 2 or TableSection or 5 or GlobalSection or ExportSection or 13:
                    _guest.Span[start..reader.Position].CopyTo(target[at..]);
                    Renumber(target, at - start, start, reader.Position);
                    at += reader.Position - start;
                    break;
            }
        }

        Fill(target, at, code);
    }

    /// <summary>Finds where functions are referred to: in exports, and in the initial values of tables and globals.</summary>
    private void FindUses()
    {
        WasmReader reader = ReaderAt(_module.Offset + PreambleLength);
        while (!reader.AtEnd)
        {
            byte code = reader.ReadByte();
            WasmReader section = reader.ReadPart("a section");
            if (code == FunctionSection)
            {
                _types = new int[section.ReadCount("functions", 0)];
                for (int i = 0; i < _types.Length; i++)
                {
                    _types[i] = (int)section.ReadU32();
                }
            }
            else if (code is TableSection or GlobalSection)
            {
                FindInitialUses(ref section, isTable: code == TableSection);
            }
            else if (code == ExportSection)
            {
                FindExports(ref section);
            }
        }
    }

    private void FindInitialUses(ref WasmReader section, bool isTable)
    {
        int count = section.ReadCount("definitions", 0);
        for (int i = 0; i < count; i++)
        {
            bool hasInitial = !isTable || section.Peek() == 0x40;
            if (isTable && hasInitial)
            {
                section.Skip(2);
            }

            if (isTable)
            {
                CoreTypeReader.ReadTable(ref section, out _);
            }
            else
            {
                CoreTypeReader.ReadGlobal(ref section);
            }

            if (hasInitial)
            {
                CoreTypeReader.SkipConstant(ref section, _uses);
            }
        }
    }

    private void FindExports(ref WasmReader section)
    {
        int count = section.ReadCount("exports", 0);
        for (int i = 0; i < count; i++)
        {
            section.SkipName();
            byte sort = section.ReadByte();
            int start = section.Position;
            uint index = section.ReadU32();
            if (sort == (byte)CoreSort.Function)
            {
                _uses.Add(new FunctionUse(start, section.Position, index));
            }
        }
    }

    /// <summary>
    /// Keeps the first referred function of each type. Its new number is not greater than the old number of any function of the
    /// type, so it fits into the bytes of each reference.
    /// </summary>
    private void KeepFunctions()
    {
        Dictionary<int, uint> firstOfType = [];
        foreach (FunctionUse use in _uses)
        {
            if (use.Function >= _importedFunctions)
            {
                int type = TypeOf(use.Function);
                firstOfType[type] = Math.Min(use.Function, firstOfType.GetValueOrDefault(type, uint.MaxValue));
            }
        }

        foreach ((int type, _) in firstOfType.OrderBy(first => first.Value))
        {
            _numberOfType.Add(type, (uint)(_importedFunctions + _kept.Count));
            _kept.Add(type);
        }
    }

    private int TypeOf(uint function) => _types[function - _importedFunctions];

    private void Renumber(Span<byte> target, int shift, int start, int end)
    {
        foreach (FunctionUse use in _uses)
        {
            if (use.Start >= start && use.End <= end && use.Function >= _importedFunctions)
            {
                WriteNumber(target[(use.Start + shift)..(use.End + shift)], _numberOfType[TypeOf(use.Function)]);
            }
        }
    }

    /// <summary>Writes the section of functions, or of their code, for those that are kept; length and count take as many bytes as before.</summary>
    /// <returns>Where it ends.</returns>
    private int WriteSection(Span<byte> target, int at, int start, ref WasmReader section, bool hasBodies)
    {
        int content = section.Position;
        section.ReadCount("functions", 0);
        int counted = section.Position;
        target[at] = _guest.Span[start];
        int from = at + content - start;
        int to = from + counted - content;
        WriteNumber(target[from..to], (uint)_kept.Count);
        foreach (int type in _kept)
        {
            if (hasBodies)
            {
                byte[] body = _module.Types.HasResults(type) ? UnreachableBody : EmptyBody;
                body.CopyTo(target[to..]);
                to += body.Length;
            }
            else
            {
                int width = WidthOf((uint)type);
                WriteNumber(target.Slice(to, width), (uint)type);
                to += width;
            }
        }

        WriteNumber(target[(at + 1)..from], (uint)(to - from));
        return to;
    }

    /// <summary>Fills what is left of the module's place: with a custom section, or, too short for one, in the last function's body.</summary>
    private void Fill(Span<byte> target, int at, int code)
    {
        int left = End - at;
        switch (left)
        {
            case 0:
                return;
            case < ShortestSection:
                // Whatever else is left out takes longer: functions are, and the section of their code is the last one.
                byte[] body = _module.Types.HasResults(_kept[^1]) ? UnreachableBody : EmptyBody;
                target[(at - 1)..(End - 1)].Fill(Nop);
                target[End - 1] = EndOfBody;
                target[at - body.Length] += (byte)left;
                LengthenSection(target[(code + 1)..], (uint)left);
                return;
            default:
                int width = left < ShortestSection + 4 ? 1 : 5;
                target[at] = 0;
                WriteNumber(target.Slice(at + 1, width), (uint)(left - 1 - width));
                target[(at + 1 + width)..End].Clear();
                return;
        }
    }

    private static void LengthenSection(Span<byte> length, uint more)
    {
        int width = 1;
        uint value = length[0] & 0x7Fu;
        for (; length[width - 1] >= 0x80; width++)
        {
            value |= (length[width] & 0x7Fu) << (7 * width);
        }

        WriteNumber(length[..width], value + more);
    }

    private static int WidthOf(uint number)
    {
        int width = 1;
        for (; number >= 0x80; number >>= 7)
        {
            width++;
        }

        return width;
    }

    private WasmReader ReaderAt(int start) => new(_guest.Span, start, End, new DecodingBudget(_guest.Length));
}

/// <summary>A place in a binary that refers to a function by its number.</summary>
internal readonly record struct FunctionUse(int Start, int End, uint Function);
