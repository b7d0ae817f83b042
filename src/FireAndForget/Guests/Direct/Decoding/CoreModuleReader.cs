namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>
/// Reads from a core module's sections what wires it: imports, exports, memories and tables. The code is not looked at;
/// the engine validates it when it compiles the module (<see
/// href="https://webassembly.github.io/spec/core/binary/modules.html"/>).
/// </summary>
internal sealed class CoreModuleReader
{
    private const int PreambleLength = 8;

    // Sections by their code, in the order in which they must stand.
    private static ReadOnlySpan<byte> SectionOrder => [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6];

    private readonly CoreModule _module;
    private readonly List<string> _types = [];
    private readonly List<string> _functions = [];
    private int _definedFunctions;
    private int _bodies;
    private uint _tables;
    private uint _memories;
    private uint _globals;
    private uint _tags;

    private CoreModuleReader(CoreModule module) => _module = module;

    /// <summary>Reads the module that fills the reader's part, from its preamble on.</summary>
    public static CoreModule Read(ReadOnlyMemory<byte> guest, scoped WasmReader reader)
    {
        int start = reader.Position;
        CoreModule module = new() { Bytes = guest[start..reader.End] };
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

    /// <summary>Notes what an instance takes. Imports count twice, with the kind of thing that they are.</summary>
    private void Count()
    {
        _module.HasHeap |= _module.MakesObjects || _tags != 0;
        _module.HostBytes = InstanceCost.Of(_module.Imports.Count, _functions.Count, _globals, _tags);
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
                section.ReadName();
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
                _globals += (uint)section.ReadCount("globals", isKept: false);
                return;
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
                _tags += (uint)section.ReadCount("tags", isKept: false);
                return;
            default:
                return;
        }

        section.ExpectEnd("the section's content");
    }

    private void ReadTypes(ref WasmReader section)
    {
        int count = section.ReadCount("types");
        for (int i = 0; i < count; i++)
        {
            CoreTypeReader.ReadGroup(ref section, _types);
        }

        _module.MakesObjects = _types.Exists(type => type is "struct" or "array");
    }

    private void ReadImports(ref WasmReader section)
    {
        int count = section.ReadCount("imports");
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

    // Several imports of one module: each with its type, or all with one type that comes first.
    private void ReadCompactImports(ref WasmReader section, string module, bool sharesType)
    {
        CoreExternal type = sharesType ? ReadImportType(ref section) : default;
        int count = section.ReadCount("imports");
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
        switch (code)
        {
            case 0x00 or 0x20:
                return new CoreExternal(CoreSort.Function, TypeAt(section.ReadU32(), offset));
            case 0x01:
                CoreTypeReader.ReadTable(ref section);
                return new CoreExternal(CoreSort.Table, "");
            case 0x02:
                CoreTypeReader.ReadMemory(ref section, out string? unusual);
                _module.UnusualMemory ??= unusual;
                return new CoreExternal(CoreSort.Memory, "");
            case 0x03:
                CoreTypeReader.ReadGlobal(ref section);
                return new CoreExternal(CoreSort.Global, "");
            case 0x04:
                CoreTypeReader.ReadTag(ref section);
                return new CoreExternal(CoreSort.Tag, "");
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that can be imported", offset);
        }
    }

    private void AddImport(string module, string name, CoreExternal type)
    {
        _module.Imports.Add(new CoreImport(module, name, type.Sort, type.Type));
        switch (type.Sort)
        {
            case CoreSort.Function:
                _functions.Add(type.Type);
                break;
            case CoreSort.Table:
                _tables++;
                break;
            case CoreSort.Memory:
                _memories++;
                break;
            case CoreSort.Global:
                _globals++;
                break;
            default:
                _tags++;
                break;
        }
    }

    private void ReadFunctions(ref WasmReader section)
    {
        _definedFunctions = section.ReadCount("functions", isKept: false);
        for (int i = 0; i < _definedFunctions; i++)
        {
            int offset = section.Position;
            _functions.Add(TypeAt(section.ReadU32(), offset));
        }
    }

    private void ReadTables(ref WasmReader section)
    {
        int count = section.ReadCount("tables");
        for (int i = 0; i < count; i++)
        {
            bool hasInitial = section.Peek() == 0x40;
            if (hasInitial)
            {
                section.Skip(2);
            }

            // A funcref, or a function that is not there; what else a table can hold lies in the heap, or may.
            _module.HasHeap |= section.Peek() is not (0x70 or 0x73);
            _module.Tables.Add(CoreTypeReader.ReadTable(ref section));
            if (hasInitial)
            {
                CoreTypeReader.SkipConstant(ref section);
            }
        }

        _tables += (uint)count;
    }

    private void ReadMemories(ref WasmReader section)
    {
        int count = section.ReadCount("memories");
        for (int i = 0; i < count; i++)
        {
            _module.Memories.Add(CoreTypeReader.ReadMemory(ref section, out string? unusual));
            _module.UnusualMemory ??= unusual;
        }

        _memories += (uint)count;
    }

    private void ReadExports(ref WasmReader section)
    {
        int count = section.ReadCount("exports");
        for (int i = 0; i < count; i++)
        {
            int offset = section.Position;
            string name = section.ReadName();
            byte code = section.ReadByte();
            uint index = section.ReadU32();
            if (!_module.Exports.TryAdd(name, External(code, index, offset)))
            {
                throw WasmReader.Damaged($"a second export is named {GuestText.Quote(name)}", offset);
            }
        }
    }

    private CoreExternal External(byte code, uint index, int offset)
    {
        (uint count, string type) = (CoreSort)code switch
        {
            CoreSort.Function => ((uint)_functions.Count, index < _functions.Count ? _functions[(int)index] : ""),
            CoreSort.Table => (_tables, ""),
            CoreSort.Memory => (_memories, ""),
            CoreSort.Global => (_globals, ""),
            CoreSort.Tag => (_tags, ""),
            _ => throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that can be exported", offset),
        };
        return index < count
            ? new CoreExternal((CoreSort)code, type)
            : throw WasmReader.Damaged($"number {index} of {count} is exported", offset);
    }

    private void ReadCode(ref WasmReader section)
    {
        _bodies = section.ReadCount("functions' code", isKept: false);
        for (int i = 0; i < _bodies; i++)
        {
            section.ReadPart("a function's code");
        }
    }

    private string TypeAt(uint index, int offset) =>
        index < _types.Count
            ? _types[(int)index]
            : throw WasmReader.Damaged($"type {index} of {_types.Count} is named", offset);
}
