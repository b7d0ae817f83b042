namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Reads the types of components
/// (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md"/>).
/// </summary>
internal static class ComponentTypeReader
{
    // A scope holds several lists and dictionaries.
    public const int ScopeCost = 1024;

    // A field, case or parameter: a place for its type and one for its name.
    private const int PartCost = 2 * sizeof(long);

    // An entry among the names that a type declares, and the item that stands for it.
    private const int DeclarationCost = 192 + DecodingBudget.Item;

    private static readonly ComponentType?[] Primitives = MakePrimitives();

    /// <summary>Reads a type definition and adds it to the scope.</summary>
    public static void ReadDefinition(ref WasmReader reader, ComponentScope scope) =>
        scope.Add(ReadType(ref reader, scope));

    /// <summary>Reads a core type definition, of which nothing is kept.</summary>
    public static void SkipCoreDefinition(ref WasmReader reader)
    {
        switch (reader.Peek())
        {
            case 0x50:
                reader.ReadByte();
                SkipModuleType(ref reader);
                return;
            case 0x00:
                // Tells an open subtype from a module's type, which has the same code.
                reader.ReadByte();
                break;
        }

        CoreTypeReader.ReadGroup(ref reader, null);
    }

    public static ComponentType ReadValue(ref WasmReader reader, ComponentScope scope)
    {
        int offset = reader.Position;
        if (Primitives[reader.Peek()] is { } primitive)
        {
            reader.ReadByte();
            return primitive;
        }

        ComponentType type = scope.TypeAt(reader.ReadIndex33(), offset);
        return type.IsValue
            ? type
            : throw WasmReader.Damaged($"a value's type is {type.Kind.ToString().ToLowerInvariant()}", offset);
    }

    /// <summary>Reads whether there is a result, and its type.</summary>
    public static ComponentType? ReadResult(ref WasmReader reader, ComponentScope scope)
    {
        int offset = reader.Position;
        byte form = reader.ReadByte();
        return form switch
        {
            0x00 => ReadValue(ref reader, scope),
            0x01 when reader.ReadByte() == 0x00 => null,
            _ => throw WasmReader.Unsupported("a function's results have a form that is not known here", offset),
        };
    }

    public static ComponentExtern ReadExtern(ref WasmReader reader, ComponentScope scope)
    {
        int offset = reader.Position;
        ComponentSort sort = ReadSort(ref reader);
        switch (sort)
        {
            case ComponentSort.CoreModule:
                reader.ReadU32();
                return new ComponentExtern(sort, null);
            case ComponentSort.Value:
                if (ReadChoice(ref reader, "a value's bound"))
                {
                    ReadValue(ref reader, scope);
                }
                else
                {
                    reader.ReadU32();
                }

                return new ComponentExtern(sort, null);
            case ComponentSort.Type when ReadChoice(ref reader, "a type's bound"):
                return new ComponentExtern(sort, new ComponentType(ComponentTypeKind.Resource));
        }

        ComponentType type = scope.TypeAt(reader.ReadU32(), offset);
        bool fits = sort switch
        {
            ComponentSort.Function => type.IsFunction,
            ComponentSort.Component => type.Kind == ComponentTypeKind.Component,
            ComponentSort.Instance => type.Kind == ComponentTypeKind.Instance,
            _ => true,
        };
        return fits
            ? new ComponentExtern(sort, type)
            : throw WasmReader.Damaged($"a type is named where one of sort {sort} should be", offset);
    }

    public static ComponentSort ReadSort(ref WasmReader reader)
    {
        int offset = reader.Position;
        byte code = reader.ReadByte();
        if (code > (byte)ComponentSort.Instance || (code == 0 && reader.ReadByte() != 0x11))
        {
            throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that can stand here", offset);
        }

        return (ComponentSort)code;
    }

    /// <summary>Reads a byte that is 0 or 1.</summary>
    public static bool ReadChoice(ref WasmReader reader, string what)
    {
        int offset = reader.Position;
        byte value = reader.ReadByte();
        return value <= 1
            ? value == 1
            : throw WasmReader.Unsupported($"{what} is 0x{value:x2} and should be 0 or 1", offset);
    }

    private static ComponentType ReadType(ref WasmReader reader, ComponentScope scope)
    {
        int offset = reader.Position;
        byte code = reader.ReadByte();
        if (Primitives[code] is { } primitive)
        {
            return primitive;
        }

        switch (code)
        {
            case 0x3F:
                CoreTypeReader.ReadValue(ref reader);
                if (ReadChoice(ref reader, "a resource's destructor"))
                {
                    reader.ReadU32();
                }

                return new ComponentType(ComponentTypeKind.Resource);
            case 0x40:
                return ReadFunction(ref reader, scope, ComponentTypeKind.Function);
            case 0x43:
                return ReadFunction(ref reader, scope, ComponentTypeKind.AsyncFunction);
            case 0x41:
                return ReadDeclarations(ref reader, scope, ComponentTypeKind.Component);
            case 0x42:
                return ReadDeclarations(ref reader, scope, ComponentTypeKind.Instance);
            case 0x63:
                return new ComponentType(
                    ComponentTypeKind.Map,
                    [ReadValue(ref reader, scope), ReadValue(ref reader, scope)]
                );
            case 0x65:
                return new ComponentType(ComponentTypeKind.Future, [ReadOptional(ref reader, scope)]);
            case 0x66:
                return new ComponentType(ComponentTypeKind.Stream, [ReadOptional(ref reader, scope)]);
            case 0x67:
                ComponentType element = ReadValue(ref reader, scope);
                return new ComponentType(ComponentTypeKind.FixedLengthList, [element]) { Length = reader.ReadU32() };
            case 0x68:
                return new ComponentType(ComponentTypeKind.Borrow, [scope.TypeAt(reader.ReadU32(), offset)]);
            case 0x69:
                return new ComponentType(ComponentTypeKind.Own, [scope.TypeAt(reader.ReadU32(), offset)]);
            case 0x6A:
                return new ComponentType(
                    ComponentTypeKind.Result,
                    [ReadOptional(ref reader, scope), ReadOptional(ref reader, scope)]
                );
            case 0x6B:
                return new ComponentType(ComponentTypeKind.Option, [ReadValue(ref reader, scope)]);
            case 0x6D:
                return new ComponentType(ComponentTypeKind.Enum, labels: ReadLabels(ref reader));
            case 0x6E:
                return new ComponentType(ComponentTypeKind.Flags, labels: ReadLabels(ref reader));
            case 0x6F:
                return ReadTuple(ref reader, scope);
            case 0x70:
                return new ComponentType(ComponentTypeKind.List, [ReadValue(ref reader, scope)]);
            case 0x71:
                return ReadVariant(ref reader, scope);
            case 0x72:
                (List<ComponentType?> fields, List<string> names) = ReadLabelled(ref reader, scope, "fields");
                return new ComponentType(ComponentTypeKind.Record, fields, names);
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of no type of a component", offset);
        }
    }

    private static ComponentType ReadFunction(ref WasmReader reader, ComponentScope scope, ComponentTypeKind kind)
    {
        (List<ComponentType?> parts, List<string> names) = ReadLabelled(ref reader, scope, "parameters");
        parts.Add(ReadResult(ref reader, scope));
        return new ComponentType(kind, parts, names);
    }

    private static ComponentType ReadTuple(ref WasmReader reader, ComponentScope scope)
    {
        int count = reader.ReadCount("parts of a tuple", PartCost);
        List<ComponentType?> parts = NewList<ComponentType?>(ref reader, count);
        for (int i = 0; i < count; i++)
        {
            parts.Add(ReadValue(ref reader, scope));
        }

        return new ComponentType(ComponentTypeKind.Tuple, parts);
    }

    private static ComponentType ReadVariant(ref WasmReader reader, ComponentScope scope)
    {
        int count = reader.ReadCount("cases", PartCost);
        List<ComponentType?> parts = NewList<ComponentType?>(ref reader, count);
        List<string> names = NewList<string>(ref reader, count);
        for (int i = 0; i < count; i++)
        {
            names.Add(reader.ReadName());
            parts.Add(ReadOptional(ref reader, scope));
            int offset = reader.Position;
            if (reader.ReadByte() != 0x00)
            {
                throw WasmReader.Unsupported("a case of a variant refines another one", offset);
            }
        }

        return new ComponentType(ComponentTypeKind.Variant, parts, names);
    }

    private static List<T> NewList<T>(ref WasmReader reader, int count)
    {
        reader.Budget.Take(DecodingBudget.List, reader.Position);
        return new(count);
    }

    private static (List<ComponentType?> Parts, List<string> Names) ReadLabelled(
        ref WasmReader reader,
        ComponentScope scope,
        string what
    )
    {
        int count = reader.ReadCount(what, PartCost);
        List<ComponentType?> parts = NewList<ComponentType?>(ref reader, count + 1);
        List<string> names = NewList<string>(ref reader, count);
        for (int i = 0; i < count; i++)
        {
            names.Add(reader.ReadName());
            parts.Add(ReadValue(ref reader, scope));
        }

        return (parts, names);
    }

    private static List<string> ReadLabels(ref WasmReader reader)
    {
        int count = reader.ReadCount("names", PartCost);
        List<string> labels = NewList<string>(ref reader, count);
        for (int i = 0; i < count; i++)
        {
            labels.Add(reader.ReadName());
        }

        return labels;
    }

    private static ComponentType? ReadOptional(ref WasmReader reader, ComponentScope scope) =>
        ReadChoice(ref reader, "an optional type's presence") ? ReadValue(ref reader, scope) : null;

    // An instance's or a component's type: declarations in a scope of their own.
    private static ComponentType ReadDeclarations(ref WasmReader reader, ComponentScope parent, ComponentTypeKind kind)
    {
        reader.Budget.Take(ScopeCost, reader.Position);
        ComponentScope scope = new(parent, reader.Position);
        int count = reader.ReadCount("declarations", DeclarationCost);
        for (int i = 0; i < count; i++)
        {
            int offset = reader.Position;
            byte code = reader.ReadByte();
            switch (code)
            {
                case 0x00:
                    SkipCoreDefinition(ref reader);
                    break;
                case 0x01:
                    ReadDefinition(ref reader, scope);
                    break;
                case 0x02:
                    AliasReader.Read(ref reader, scope);
                    break;
                case 0x03 when kind == ComponentTypeKind.Component:
                    Declare(ref reader, scope, scope.Imports, offset);
                    break;
                case 0x04:
                    Declare(ref reader, scope, scope.ExportTypes, offset);
                    break;
                default:
                    throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that a type declares", offset);
            }
        }

        return new ComponentType(kind) { Exports = scope.ExportTypes };
    }

    private static void Declare(
        ref WasmReader reader,
        ComponentScope scope,
        OrderedDictionary<string, ComponentExtern> names,
        int offset
    )
    {
        string name = ExternName.Read(ref reader).Key;
        ComponentExtern type = ReadExtern(ref reader, scope);
        if (!names.TryAdd(name, type))
        {
            throw WasmReader.Damaged($"{GuestText.Quote(name)} is declared twice", offset);
        }

        scope.Add(type.ToItem(null));
    }

    private static void SkipModuleType(ref WasmReader reader)
    {
        int count = reader.ReadCount("declarations", 0);
        for (int i = 0; i < count; i++)
        {
            int offset = reader.Position;
            byte code = reader.ReadByte();
            switch (code)
            {
                case 0x00:
                    reader.SkipName();
                    reader.SkipName();
                    SkipCoreExtern(ref reader);
                    break;
                case 0x01:
                    CoreTypeReader.ReadGroup(ref reader, null);
                    break;
                case 0x02:
                    // The sort (a type) and the direction (outwards), each of which has one code only.
                    reader.Skip(2);
                    reader.ReadU32();
                    reader.ReadU32();
                    break;
                case 0x03:
                    reader.SkipName();
                    SkipCoreExtern(ref reader);
                    break;
                default:
                    throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that a type declares", offset);
            }
        }
    }

    private static void SkipCoreExtern(ref WasmReader reader)
    {
        int offset = reader.Position;
        byte code = reader.ReadByte();
        switch (code)
        {
            case 0x00 or 0x20:
                reader.ReadU32();
                break;
            case 0x01:
                CoreTypeReader.ReadTable(ref reader, out _);
                break;
            case 0x02:
                CoreTypeReader.ReadMemory(ref reader, out _);
                break;
            case 0x03:
                CoreTypeReader.ReadGlobal(ref reader);
                break;
            case 0x04:
                CoreTypeReader.ReadTag(ref reader);
                break;
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of nothing that can be imported", offset);
        }
    }

    private static ComponentType?[] MakePrimitives()
    {
        var primitives = new ComponentType?[256];
        for (int code = 0x7F; code >= 0x73; code--)
        {
            primitives[code] = new ComponentType((ComponentTypeKind)(0x7F - code));
        }

        primitives[0x64] = new ComponentType(ComponentTypeKind.ErrorContext);
        return primitives;
    }
}
