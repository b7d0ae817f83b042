namespace FireAndForget.Guest.Sdk.Linking;

/// <summary>
/// Makes a guest of the runtime and the guest's assemblies: the runtime is a core module, or a component with that module in it, and gets
/// the assemblies as one more data segment where its heap would begin.
/// </summary>
internal static class GuestLinker
{
    private const int PreambleSize = 8;
    private const int PageSize = 65536;
    private const string HeapBase = "__heap_base";

    private static ReadOnlySpan<byte> ComponentVersion => [0x0D, 0, 1, 0];

    /// <summary>The guest's bytes.</summary>
    /// <param name="runtime">The runtime, without assemblies.</param>
    /// <param name="assemblies">Name and bytes of each, the guest's own first.</param>
    /// <exception cref="InvalidDataException">The runtime is not one of those in native.</exception>
    public static byte[] Link(byte[] runtime, IReadOnlyList<(string Name, byte[] Bytes)> assemblies)
    {
        if (!runtime.AsSpan(4, 4).SequenceEqual(ComponentVersion))
        {
            return LinkModule(runtime, assemblies)
                ?? throw new InvalidDataException($"The runtime does not export {HeapBase}.");
        }

        const byte CoreModule = 1;
        bool isLinked = false;
        WasmWriter writer = new();
        writer.WriteBytes(runtime.AsSpan(0, PreambleSize));
        foreach ((byte id, byte[] content) in SectionsOf(runtime))
        {
            byte[]? linked = id == CoreModule ? LinkModule(content, assemblies) : null;
            isLinked |= linked is not null;
            writer.WriteSection(id, linked ?? content);
        }

        return isLinked
            ? writer.ToArray()
            : throw new InvalidDataException($"No module of the runtime exports {HeapBase}.");
    }

    /// <summary>The module with the assemblies in it; null where it is not the runtime's.</summary>
    private static byte[]? LinkModule(byte[] module, IReadOnlyList<(string Name, byte[] Bytes)> assemblies)
    {
        List<(byte Id, byte[] Content)> sections = SectionsOf(module);
        if (HeapBaseOf(sections) is not { } heap)
        {
            return null;
        }

        int address = (heap + Bundle.Alignment - 1) / Bundle.Alignment * Bundle.Alignment;
        byte[] bundle = Bundle.Write(assemblies, address);
        WasmWriter writer = new();
        writer.WriteBytes(module.AsSpan(0, PreambleSize));
        foreach ((byte id, byte[] content) in sections)
        {
            writer.WriteSection(
                id,
                id switch
                {
                    SectionId.Memory => WithRoom(content, address + bundle.Length),
                    SectionId.DataCount => WithOneMore(content, []),
                    SectionId.Data => WithOneMore(content, Segment(bundle, address)),
                    _ => content,
                }
            );
        }

        return writer.ToArray();
    }

    private static List<(byte Id, byte[] Content)> SectionsOf(byte[] binary)
    {
        List<(byte, byte[])> sections = [];
        WasmReader reader = new(binary.AsSpan(PreambleSize));
        while (!reader.IsAtEnd)
        {
            byte id = reader.ReadByte();
            sections.Add((id, reader.ReadBytes((int)reader.ReadNumber()).ToArray()));
        }

        return sections;
    }

    private static int? HeapBaseOf(List<(byte Id, byte[] Content)> sections)
    {
        if (GlobalExportedAs(HeapBase, ContentOf(sections, SectionId.Export)) is not { } index)
        {
            return null;
        }

        // The runtime's modules import no globals, so the index counts the definitions: a type, a mutability, and i32.const each.
        WasmReader globals = new(ContentOf(sections, SectionId.Global));
        uint count = globals.ReadNumber();
        for (uint i = 0; i < count; i++)
        {
            _ = globals.ReadBytes(3);
            int value = globals.ReadSignedNumber();
            _ = globals.ReadByte();
            if (i == index)
            {
                return value;
            }
        }

        return null;
    }

    private static uint? GlobalExportedAs(string name, byte[] exports)
    {
        const byte Global = 3;
        WasmReader reader = new(exports);
        for (uint left = exports.Length == 0 ? 0 : reader.ReadNumber(); left > 0; left--)
        {
            string exported = reader.ReadName();
            byte kind = reader.ReadByte();
            uint index = reader.ReadNumber();
            if (kind == Global && exported == name)
            {
                return index;
            }
        }

        return null;
    }

    private static byte[] ContentOf(List<(byte Id, byte[] Content)> sections, byte id) =>
        sections.Find(section => section.Id == id).Content ?? [];

    /// <summary>The section of memories, with a first memory that reaches up to an address from the start.</summary>
    private static byte[] WithRoom(byte[] memories, int end)
    {
        WasmReader reader = new(memories);
        WasmWriter writer = new();
        writer.WriteNumber(reader.ReadNumber());
        writer.WriteByte(reader.ReadByte());
        writer.WriteNumber(Math.Max(reader.ReadNumber(), (uint)((end + PageSize - 1) / PageSize)));
        writer.WriteBytes(reader.ReadRest());
        return writer.ToArray();
    }

    /// <summary>A section that begins with a count, with one more element at its end.</summary>
    private static byte[] WithOneMore(byte[] content, ReadOnlySpan<byte> element)
    {
        WasmReader reader = new(content);
        WasmWriter writer = new();
        writer.WriteNumber(reader.ReadNumber() + 1);
        writer.WriteBytes(reader.ReadRest());
        writer.WriteBytes(element);
        return writer.ToArray();
    }

    /// <summary>An active segment of the first memory.</summary>
    private static byte[] Segment(ReadOnlySpan<byte> bytes, int address)
    {
        const byte I32Const = 0x41;
        const byte End = 0x0B;
        WasmWriter writer = new();
        writer.WriteNumber(0);
        writer.WriteByte(I32Const);
        writer.WriteSignedNumber(address);
        writer.WriteByte(End);
        writer.WriteNumber((uint)bytes.Length);
        writer.WriteBytes(bytes);
        return writer.ToArray();
    }

    private static class SectionId
    {
        public const byte Memory = 5;
        public const byte Global = 6;
        public const byte Export = 7;
        public const byte Data = 11;
        public const byte DataCount = 12;
    }
}
