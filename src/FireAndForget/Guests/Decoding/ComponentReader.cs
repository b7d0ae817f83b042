namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Reads a component, those nested in it included, into its index spaces
/// (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md"/>).
/// </summary>
internal static class ComponentReader
{
    private const int PreambleLength = 8;
    private const byte LastSection = 12;
    private const int MostStartResults = 1_000;

    // A dictionary, an entry in it, and one where the dictionary grows by doubling.
    private const int DictionaryCost = 192;
    private const int EntryCost = 64;
    private const int GrowingEntryCost = 192;

    public static ReadOnlySpan<byte> Preamble => "\0asm\x0D\0\x01\0"u8;

    public static ComponentScope Read(ReadOnlyMemory<byte> guest, scoped WasmReader reader, ComponentScope? parent)
    {
        int start = reader.Position;
        if (!guest.Span[start..reader.End].StartsWith(Preamble))
        {
            throw WasmReader.Damaged("a component should start here", start);
        }

        reader.Skip(PreambleLength);
        reader.Budget.Take(ComponentTypeReader.ScopeCost, start);
        ComponentScope scope = new(parent, start);
        while (!reader.AtEnd)
        {
            int offset = reader.Position;
            byte code = reader.ReadByte();
            WasmReader section = reader.ReadPart("a section");
            ReadSection(guest, code, section, scope, offset);
        }

        return scope;
    }

    private static void ReadSection(
        ReadOnlyMemory<byte> guest,
        byte code,
        WasmReader section,
        ComponentScope scope,
        int offset
    )
    {
        switch (code)
        {
            case 0:
                section.SkipName();
                return;
            case 1:
                section.Budget.Take(DecodingBudget.Item, offset);
                CoreModule module = CoreModuleReader.Read(guest, section);
                scope.AddModule(module, offset);
                scope.Add(new ComponentModule(module));
                return;
            case 4:
                section.Budget.Take(DecodingBudget.Item, offset);
                scope.AddComponent(offset);
                scope.Add(new NestedComponent(Read(guest, section, scope)));
                return;
            case 9:
                ReadStart(ref section, scope, offset);
                section.ExpectEnd("the section's content");
                return;
            case > LastSection:
                throw WasmReader.Unsupported($"{code} is the code of no section of a component", offset);
        }

        int count = section.ReadCount("definitions", DecodingBudget.Item);
        for (int i = 0; i < count; i++)
        {
            switch (code)
            {
                case 2:
                    ReadCoreInstance(ref section, scope);
                    break;
                case 3:
                    ComponentTypeReader.SkipCoreDefinition(ref section);
                    break;
                case 5:
                    ReadInstance(ref section, scope);
                    break;
                case 6:
                    AliasReader.Read(ref section, scope);
                    break;
                case 7:
                    ComponentTypeReader.ReadDefinition(ref section, scope);
                    break;
                case 8:
                    CanonicalReader.Read(ref section, scope);
                    break;
                case 10:
                    ReadImport(ref section, scope);
                    break;
                case 11:
                    ReadExport(ref section, scope);
                    break;
                default:
                    ComponentTypeReader.ReadValue(ref section, scope);
                    section.ReadPart("a value");
                    scope.Add(ComponentValue.Any);
                    break;
            }
        }

        section.ExpectEnd("the section's content");
    }

    private static void ReadCoreInstance(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        if (ComponentTypeReader.ReadChoice(ref section, "a core instance's form"))
        {
            scope.CoreInstances.Add(new CoreInstance(ReadCoreItems(ref section, scope), offset));
            return;
        }

        var module = (ComponentModule)scope.At(ComponentSort.CoreModule, section.ReadU32(), offset);
        section.Budget.Take(DictionaryCost, offset);
        int count = section.ReadCount("arguments", EntryCost);
        Dictionary<string, CoreInstance> arguments = new(count);
        for (int i = 0; i < count; i++)
        {
            offset = section.Position;
            string name = section.ReadName();
            if (section.ReadByte() != 0x12)
            {
                throw WasmReader.Unsupported("an argument is something else than a core instance", offset);
            }

            if (!arguments.TryAdd(name, scope.CoreInstanceAt(section.ReadU32(), offset)))
            {
                throw WasmReader.Damaged($"the argument {GuestText.Quote(name)} is given twice", offset);
            }
        }

        CoreInstance instance = new(module, arguments, offset);
        scope.Instantiations.Add(new(instance, null));
        scope.CoreInstances.Add(instance);
    }

    private static Dictionary<string, CoreDefinition> ReadCoreItems(ref WasmReader section, ComponentScope scope)
    {
        section.Budget.Take(DictionaryCost, section.Position);
        int count = section.ReadCount("exports", EntryCost);
        Dictionary<string, CoreDefinition> items = new(count);
        for (int i = 0; i < count; i++)
        {
            int offset = section.Position;
            string name = section.ReadName();
            byte sort = section.ReadByte();
            if (sort > (byte)CoreSort.Tag)
            {
                throw WasmReader.Unsupported($"0x{sort:x2} is the code of nothing that can be exported", offset);
            }

            if (!items.TryAdd(name, scope.At((CoreSort)sort, section.ReadU32(), offset)))
            {
                throw WasmReader.Damaged($"a second export is named {GuestText.Quote(name)}", offset);
            }
        }

        return items;
    }

    private static void ReadInstance(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        if (ComponentTypeReader.ReadChoice(ref section, "an instance's form"))
        {
            section.Budget.Take(DictionaryCost, offset);
            int exports = section.ReadCount("exports", EntryCost);
            OrderedDictionary<string, ComponentItem> items = new(exports);
            for (int i = 0; i < exports; i++)
            {
                offset = section.Position;
                ExternName name = ExternName.Read(ref section);
                AddExport(items, name.Key, ReadItem(ref section, scope), offset);
            }

            scope.Add(new ComponentInstance(items));
            return;
        }

        var component = (NestedComponent)scope.At(ComponentSort.Component, section.ReadU32(), offset);
        section.Budget.Take(DictionaryCost, offset);
        int count = section.ReadCount("arguments", EntryCost);
        Dictionary<string, ComponentItem> arguments = new(count);
        for (int i = 0; i < count; i++)
        {
            offset = section.Position;
            string name = section.ReadName();
            if (!arguments.TryAdd(name, ReadItem(ref section, scope)))
            {
                throw WasmReader.Damaged($"the argument {GuestText.Quote(name)} is given twice", offset);
            }
        }

        ComponentInstance instance = new(component, arguments);
        scope.Instantiations.Add(new(null, instance));
        scope.Add(instance);
    }

    private static void ReadImport(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        string name = ReadOwnName(ref section, scope);
        section.Budget.Take(GrowingEntryCost + DecodingBudget.Item, offset);
        ComponentExtern type = ComponentTypeReader.ReadExtern(ref section, scope);
        if (!scope.Imports.TryAdd(name, type))
        {
            throw WasmReader.Damaged($"a second import is named {GuestText.Quote(name)}", offset);
        }

        scope.Add(type.ToItem(new ItemOrigin(null, name)));
    }

    private static void ReadExport(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        string name = ReadOwnName(ref section, scope);
        section.Budget.Take(GrowingEntryCost + DecodingBudget.Slot, offset);
        ComponentItem item = ReadItem(ref section, scope);
        if (ComponentTypeReader.ReadChoice(ref section, "an export's type"))
        {
            int typeOffset = section.Position;
            ComponentExtern type = ComponentTypeReader.ReadExtern(ref section, scope);
            if (type.Sort != item.Sort)
            {
                throw WasmReader.Damaged("an export is of another sort than its type", typeOffset);
            }
        }

        AddExport(scope.Exports, name, item, offset);
        scope.Add(item);
    }

    /// <summary>
    /// Reads the name of a component's import or export. The guest's own go by their full names, which the host knows; a nested
    /// component's by those under which the components around it speak of them.
    /// </summary>
    private static string ReadOwnName(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        ExternName name = ExternName.Read(ref section);
        if (!scope.IsRoot)
        {
            return name.Key;
        }

        if (name.Full.Length != name.Key.Length)
        {
            section.Budget.Take(2 * DecodingBudget.Slot, offset);
            scope.VersionedNames.Add(new VersionedName(offset, section.Position, name.Full));
        }

        return name.Full;
    }

    private static void ReadStart(ref WasmReader section, ComponentScope scope, int offset)
    {
        scope.At(ComponentSort.Function, section.ReadU32(), offset);
        int arguments = section.ReadCount("arguments", 0);
        for (int i = 0; i < arguments; i++)
        {
            scope.At(ComponentSort.Value, section.ReadU32(), offset);
        }

        uint results = section.ReadU32();
        if (results > MostStartResults)
        {
            throw WasmReader.Unsupported($"a start function has more than {MostStartResults} results", offset);
        }

        section.Budget.Take(results * DecodingBudget.Slot, offset);
        for (uint i = 0; i < results; i++)
        {
            scope.Add(ComponentValue.Any);
        }

        scope.HasStart = true;
    }

    private static ComponentItem ReadItem(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        ComponentSort sort = ComponentTypeReader.ReadSort(ref section);
        return scope.At(sort, section.ReadU32(), offset);
    }

    private static void AddExport(
        OrderedDictionary<string, ComponentItem> exports,
        string name,
        ComponentItem item,
        int offset
    )
    {
        if (!exports.TryAdd(name, item))
        {
            throw WasmReader.Damaged($"a second export is named {GuestText.Quote(name)}", offset);
        }
    }
}
