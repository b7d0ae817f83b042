namespace FireAndForget.Guests.Decoding;

/// <summary>Reads aliases: names for what an instance exports, or for what a scope further out defines.</summary>
internal static class AliasReader
{
    private const byte CoreType = 0x10;
    private const byte CoreModule = 0x11;

    public static void Read(ref WasmReader reader, ComponentScope scope)
    {
        int offset = reader.Position;
        byte sort = reader.ReadByte();
        byte coreSort = sort == 0 ? reader.ReadByte() : (byte)0;
        byte target = reader.ReadByte();
        uint first = reader.ReadU32();
        bool isComponentSort = sort is > 0 and <= (byte)ComponentSort.Instance || (sort == 0 && coreSort == CoreModule);
        switch (target)
        {
            case 0x00 when isComponentSort:
                scope.Add(ExportOf(scope, (ComponentSort)sort, first, reader.ReadName(), offset));
                break;
            case 0x01 when sort == 0 && coreSort <= (byte)CoreSort.Tag:
                scope.Add(CoreExportOf(scope, (CoreSort)coreSort, first, reader.ReadName(), offset));
                break;
            case 0x02 when isComponentSort:
                scope.Add(scope.Outer(first, offset).At((ComponentSort)sort, reader.ReadU32(), offset));
                break;
            case 0x02 when sort == 0 && coreSort == CoreType:
                scope.Outer(first, offset);
                reader.ReadU32();
                break;
            default:
                throw WasmReader.Unsupported($"0x{target:x2} is the code of no alias for this sort", offset);
        }
    }

    private static ComponentItem ExportOf(
        ComponentScope scope,
        ComponentSort sort,
        uint instance,
        string name,
        int offset
    )
    {
        ComponentItem? item = ((ComponentInstance)scope.At(ComponentSort.Instance, instance, offset)).Find(name);
        return item?.Sort == sort
            ? item
            : throw WasmReader.Damaged($"instance {instance} exports no {GuestText.Quote(name)} of that sort", offset);
    }

    private static CoreDefinition CoreExportOf(
        ComponentScope scope,
        CoreSort sort,
        uint instance,
        string name,
        int offset
    )
    {
        CoreDefinition? definition = scope.CoreInstanceAt(instance, offset).Find(name, sort);
        return definition?.Sort == sort
            ? definition
            : throw WasmReader.Damaged(
                $"core instance {instance} exports no {GuestText.Quote(name)} of that sort",
                offset
            );
    }
}
