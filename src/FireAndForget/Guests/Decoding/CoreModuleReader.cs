namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Reads from a core module's sections what wires it: types, imports, exports, memories, tables, globals and tags. The code is not
/// looked at; the engine validates it (<see
/// href="https://webassembly.github.io/spec/core/binary/modules.html"/>).
/// </summary>
internal sealed class CoreModuleReader
{
    private const int PreambleLength = 8;

    // Sections by their code, in the order in which they must stand.
    private static ReadOnlySpan<byte> SectionOrder => [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6];

    // A module's lists and dictionary, and a place in each of them.
    private const int ModuleCost = 720;
    private const int ImportCost = 40 + (2 * DecodingBudget.Slot);
    private const int ExportCost = 64 + DecodingBudget.Slot;
    private const int PlaceCost = 2 * DecodingBudget.Slot;
    private const int LimitsCost = 3 * DecodingBudget.Slot;

    private readonly CoreModule _module;
    private readonly CoreTypes _types;

    // The index spaces: functions and tags by their types, tables and globals by where their types stand.
    private readonly List<int> _functions = [];
    private readonly List<CoreExternal> _tables = [];
    private readonly List<CoreExternal> _globals = [];
    private readonly List<int> _tags = [];
    private readonly List<(string Name, int Index)> _exportedFunctions = [];
    private readonly HashSet<int> _trappingFunctions = [];
    private int _definedFunctions;
    private int _bodies;
    private uint _memories;

    private CoreModuleReader(CoreModule module)
    {
        _module = module;
        _types = module.Types;
    }

    /// <summary>Reads the module that fills the reader's part, from its preamble on.</summary>
    public static CoreModule Read(ReadOnlyMemory<byte> guest, scoped WasmReader reader)
    {
        int start = reader.Position;
        reader.Budget.Take(ModuleCost, start);
        CoreModule module = new(new CoreTypes(guest)) { Bytes = guest[start..reader.End], Offset = start };
        if (!module.Bytes.Span.StartsWith("\0asm\x01\0\0\0"u8))
        {
            throw WasmReader.Damaged("a core module of version 1 should start here", start);
        }

        reader.Skip(PreambleLength);
        CoreModuleReader sections = new(module);
        sections.ReadSections(ref reader);
        sections.Count();
        return module;
    }

    /// <summary>
    /// Computes what an instance costs the host. Imports count twice: as imports, and as the kind of thing that they are.
    /// </summary>
    private void Count()
    {
        _module.HasHeap |= _module.MakesObjects || _tags.Count != 0;
        _module.HostBytes = InstanceCost.Of(_module.Imports.Count, _functions.Count, _globals.Count, _tags.Count);
        foreach ((string name, int index) in _exportedFunctions)
        {
            if (_trappingFunctions.Contains(index))
            {
                _module.TrappingExports.Add(name);
            }
        }
    }

    private void ReadSections(ref WasmReader reader)
    {
        int last = 0;
        while (!reader.AtEnd)
        {
            int offset = reader.Position;
            byte code = reader.ReadByte();
            WasmReader section = reader.ReadPart("a section");
            if (code == 0)
            {
                _module.HasComponentType |= section.SkipNameThatStartsWith("component-type"u8);
                continue;
            }

            if (code >= SectionOrder.Length)
            {
                throw WasmReader.Unsupported($"{code} is the code of no section of a core module", offset);
            }

            if (SectionOrder[code] <= last)
            {
                throw WasmReader.Damaged($"a section with the code {code} stands twice or too late", offset);
            }

            last = SectionOrder[code];
            ReadSection(code, section);
        }

        if (_definedFunctions != _bodies)
        {
            throw WasmReader.Damaged(
                $"it declares {_definedFunctions} functions and has code for {_bodies}",
                reader.End
            );
        }
    }

    private void ReadSection(byte code, WasmReader section)
    {
        switch (code)
        {
            case 1:
                ReadTypes(ref section);
                break;
            case 2:
                ReadImports(ref section);
                break;
            case 3:
                ReadFunctions(ref section);
                break;
            case 4:
                ReadTables(ref section);
                break;
            case 5:
                ReadMemories(ref section);
                break;
            case 6:
                ReadGlobals(ref section);
                break;
            case 7:
                ReadExports(ref section);
                break;
            case 8:
                _module.HasStart = true;
                return;
            case 10:
                ReadCode(ref section);
                break;
            case 13:
                ReadTags(ref section);
                break;
            default:
                return;
        }

        section.ExpectEnd("the section's content");
    }

    private void ReadTypes(ref WasmReader section)
    {
        int count = section.ReadCount("types", sizeof(int) * 4);
        for (int i = 0; i < count; i++)
        {
            CoreTypeReader.ReadGroup(ref section, _types);
        }

        _module.MakesObjects = _types.HasObjects;
    }

    private void ReadImports(ref WasmReader section)
    {
        int count = section.ReadCount("imports", ImportCost);
        for (int i = 0; i < count; i++)
        {
            string module = section.ReadName();
            string name = section.ReadName();
            byte form = name.Length == 0 ? section.Peek() : (byte)0;
            if (form is 0x7F or 0x7E)
            {
                section.ReadByte();
                ReadCompactImports(ref section, module, sharesType: form == 0x7E);
            }
            else
            {
                AddImport(module, name, ReadImportType(ref section));
            }
        }
    }

    // Reads several imports of one module: each has its own type, or all share one type that comes first.
    private void ReadCompactImports(ref WasmReader section, string module, bool sharesType)
    {
        CoreExternal type = sharesType ? ReadImportType(ref section) : default;
        int count = section.ReadCount("imports", ImportCost);
        for (int i = 0; i < count; i++)
        {
            string name = section.ReadName();
            AddImport(module, name, sharesType ? type : ReadImportType(ref section));
        }
    }

    private CoreExternal ReadImportType(ref WasmReader section)
    {
        int offset = section.Position;
        byte code = section.ReadByte();
        int place = section.Position;
        switch (code)
        {
            case 0x00 or 0x20:
                return OfType(CoreSort.Function, section.ReadU32(), offset);
            case 0x01:
                CoreTypeReader.ReadTable(ref section, out bool isListable);
                return new CoreExternal(CoreSort.Table, place, isListable);
            case 0x02:
                CoreTypeReader.ReadMemory(ref section, out string? unusual);
                _module.UnusualMemory ??= unusual;
                return new CoreExternal(CoreSort.Memory, -1, true);
            case 0x03:
                return new CoreExternal(CoreSort.Global, place, CoreTypeReader.ReadGlobal(ref section).IsListable);
            case 0x04:
                return OfType(CoreSort.Tag, CoreTypeReader.ReadTag(ref section), offset);
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that can be imported", offset);
        }
    }

    private void AddImport(string module, string name, CoreExternal external)
    {
        _module.Imports.Add(new CoreImport(module, name, external));
        _module.IsListable &= external.IsListable;
        switch (external.Sort)
        {
            case CoreSort.Function:
                _functions.Add(external.Place);
                break;
            case CoreSort.Table:
                _tables.Add(external);
                break;
            case CoreSort.Memory:
                _memories++;
                break;
            case CoreSort.Global:
                _globals.Add(external);
                break;
            default:
                _tags.Add(external.Place);
                break;
        }
    }

    private void ReadFunctions(ref WasmReader section)
    {
        int offset = section.Position;
        _definedFunctions = section.ReadCount("functions", sizeof(int));
        section.Budget.Take(sizeof(int) * (long)_functions.Count, offset);
        _functions.EnsureCapacity(_functions.Count + _definedFunctions);
        for (int i = 0; i < _definedFunctions; i++)
        {
            offset = section.Position;
            _functions.Add(CheckType(section.ReadU32(), offset));
        }
    }

    private void ReadTables(ref WasmReader section)
    {
        int count = section.ReadCount("tables", LimitsCost + PlaceCost);
        for (int i = 0; i < count; i++)
        {
            bool hasInitial = section.Peek() == 0x40;
            if (hasInitial)
            {
                section.Skip(2);
            }

            // A table of funcref or of null functions needs no heap; what any other table holds lies in the heap, or may.
            _module.HasHeap |= section.Peek() is not (0x70 or 0x73);
            int place = section.Position;
            _module.Tables.Add(CoreTypeReader.ReadTable(ref section, out bool isListable));
            _tables.Add(new CoreExternal(CoreSort.Table, place, isListable));
            if (hasInitial)
            {
                CoreTypeReader.SkipConstant(ref section);
            }
        }
    }

    private void ReadMemories(ref WasmReader section)
    {
        int count = section.ReadCount("memories", LimitsCost);
        for (int i = 0; i < count; i++)
        {
            _module.Memories.Add(CoreTypeReader.ReadMemory(ref section, out string? unusual));
            _module.UnusualMemory ??= unusual;
        }

        _memories += (uint)count;
    }

    private void ReadGlobals(ref WasmReader section)
    {
        int count = section.ReadCount("globals", PlaceCost);
        for (int i = 0; i < count; i++)
        {
            int place = section.Position;
            CoreValueType type = CoreTypeReader.ReadGlobal(ref section);
            _globals.Add(new CoreExternal(CoreSort.Global, place, type.IsListable));
            CoreTypeReader.SkipConstant(ref section);
        }
    }

    private void ReadTags(ref WasmReader section)
    {
        int count = section.ReadCount("tags", PlaceCost);
        for (int i = 0; i < count; i++)
        {
            int offset = section.Position;
            _tags.Add(CheckType(CoreTypeReader.ReadTag(ref section), offset));
        }
    }

    private void ReadExports(ref WasmReader section)
    {
        int count = section.ReadCount("exports", ExportCost);
        _module.Exports = new(count);
        for (int i = 0; i < count; i++)
        {
            int offset = section.Position;
            string name = section.ReadName();
            byte code = section.ReadByte();
            uint index = section.ReadU32();
            CoreExternal external = External(code, index, offset);
            if (external.Sort == CoreSort.Function)
            {
                _exportedFunctions.Add((name, (int)index));
            }

            _module.IsListable &= external.IsListable;
            if (!_module.Exports.TryAdd(name, external))
            {
                throw WasmReader.Damaged($"a second export is named {GuestText.Quote(name)}", offset);
            }
        }
    }

    private CoreExternal External(byte code, uint index, int offset)
    {
        var sort = (CoreSort)code;
        uint count = sort switch
        {
            CoreSort.Function => (uint)_functions.Count,
            CoreSort.Table => (uint)_tables.Count,
            CoreSort.Memory => _memories,
            CoreSort.Global => (uint)_globals.Count,
            CoreSort.Tag => (uint)_tags.Count,
            _ => throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that can be exported", offset),
        };
        if (index >= count)
        {
            throw WasmReader.Damaged($"number {index} of {count} is exported", offset);
        }

        return sort switch
        {
            CoreSort.Function => OfType(sort, (uint)_functions[(int)index], offset),
            CoreSort.Table => _tables[(int)index],
            CoreSort.Global => _globals[(int)index],
            CoreSort.Tag => OfType(sort, (uint)_tags[(int)index], offset),
            _ => new CoreExternal(sort, -1, true),
        };
    }

    private void ReadCode(ref WasmReader section)
    {
        _bodies = section.ReadCount("functions' code", 0);
        int imported = _functions.Count - _definedFunctions;
        for (int i = 0; i < _bodies; i++)
        {
            WasmReader body = section.ReadPart("a function's code");
            // It has no locals, and its first instruction is unreachable.
            if (body.End - body.Position >= 2 && body.ReadByte() == 0 && body.ReadByte() == 0)
            {
                section.Budget.Take(2 * DecodingBudget.Slot, body.Position);
                _trappingFunctions.Add(imported + i);
            }
        }
    }

    private CoreExternal OfType(CoreSort sort, uint type, int offset)
    {
        int number = CheckType(type, offset);
        return new CoreExternal(sort, number, _types.IsListable(number));
    }

    private int CheckType(uint index, int offset) =>
        index < _types.Count
            ? (int)index
            : throw WasmReader.Damaged($"type {index} of {_types.Count} is named", offset);
}
