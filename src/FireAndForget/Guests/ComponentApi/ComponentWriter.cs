using System.Text;
using FireAndForget.Guests.Decoding;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>
/// Writes the parts of a component's binary
/// (<see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md"/>).
/// </summary>
internal sealed class ComponentWriter
{
    public const byte Function = 1;
    public const byte Type = 3;
    public const byte Instance = 5;

    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ComponentWriter Bytes(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public ComponentWriter Number(int number)
    {
        uint left = (uint)number;
        for (; left > 0x7F; left >>= 7)
        {
            _bytes.Add((byte)(left | 0x80));
        }

        _bytes.Add((byte)left);
        return this;
    }

    public ComponentWriter Name(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        return Number(text.Length).Bytes(text);
    }

    /// <summary>The name of an import or export.</summary>
    public ComponentWriter ExternName(string name) => Bytes(0).Name(name);

    public ComponentWriter Section(byte id, ReadOnlySpan<byte> content) =>
        Bytes(id).Number(content.Length).Bytes(content);

    /// <summary>A section of definitions.</summary>
    public ComponentWriter Section(byte id, params ReadOnlySpan<Action<ComponentWriter>> definitions)
    {
        ComponentWriter content = new();
        content.Number(definitions.Length);
        foreach (Action<ComponentWriter> definition in definitions)
        {
            definition(content);
        }

        return Section(id, content.ToArray());
    }

    /// <summary>An alias of what an instance exports.</summary>
    public static Action<ComponentWriter> ExportOf(int instance, byte sort, string name) =>
        writer => writer.Bytes(sort, 0).Number(instance).Name(name);
}
