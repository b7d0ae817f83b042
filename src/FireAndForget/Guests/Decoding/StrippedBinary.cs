using System.Text;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// A binary as the engine gets it: without custom sections, those of modules and nested components included. These sections are for
/// people and tools, and the engine processes them outside of every budget: it demangles the names of a trap's functions without
/// bound, and reads debugging information where an environment variable asks for it.
/// </summary>
/// <remarks>
/// Each module gets one custom section of the host's own, which names it by its place, so that a backtrace says to which module a
/// function belongs. It is one pass over the sections, and one copy of the bytes.
/// </remarks>
internal sealed class StrippedBinary
{
    private const int PreambleLength = 8;
    private const int LayerAt = 6;
    private const byte CustomSection = 0;
    private const byte ModuleSection = 1;
    private const byte ComponentSection = 4;
    private const byte CodeSection = 10;

    /// <summary>Reserves room for a length that is not known yet: LEB128 allows a number more bytes than it needs.</summary>
    private static ReadOnlySpan<byte> Unknown => [0, 0, 0, 0, 0];

    private readonly List<ModuleNames>? _modules;
    private readonly int _firstModule;
    private byte[] _bytes;
    private int _length;
    private int _moduleCount;

    private StrippedBinary(int capacity, int firstModule, bool keepsNames)
    {
        _bytes = new byte[capacity];
        _firstModule = firstModule;
        _modules = keepsNames ? [] : null;
    }

    /// <summary>What is left of the binary.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>The names that were taken out, for each module in the order of the binary; empty where they are not kept.</summary>
    public IReadOnlyList<ModuleNames> Modules => _modules ?? [];

    /// <summary>Takes the custom sections out of a binary that the decoder has read.</summary>
    /// <param name="binary">A core module or a component.</param>
    /// <param name="firstModule">The number of the first module in it.</param>
    /// <param name="keepsNames">Whether the names of functions are kept aside.</param>
    public static StrippedBinary Of(ReadOnlyMemory<byte> binary, int firstModule, bool keepsNames)
    {
        StrippedBinary stripped = new(binary.Length + 64, firstModule, keepsNames);
        stripped.Strip(binary.Span);
        return stripped;
    }

    private void Strip(ReadOnlySpan<byte> binary)
    {
        WasmReader reader = new(binary, 0, binary.Length, new(0));
        int namesLeft = ModuleNames.MostBytes;
        Stack<Part> open = new();
        open.Push(Open(binary, ref reader, binary.Length, lengthAt: -1));
        while (open.TryPeek(out Part part))
        {
            if (reader.Position == part.End)
            {
                Close(open.Pop());
                continue;
            }

            int start = reader.Position;
            byte code = reader.ReadByte();
            int length = (int)reader.ReadU32();
            int content = reader.Position;
            if (!part.IsModule && code is ModuleSection or ComponentSection)
            {
                Write([code]);
                int lengthAt = _length;
                Write(Unknown);
                open.Push(Open(binary, ref reader, content + length, lengthAt));
                continue;
            }

            reader.Skip(length);
            if (code != CustomSection)
            {
                if (part.IsModule && code == CodeSection)
                {
                    _modules?[^1].CodeBehind = start - part.Start - (_length - part.WrittenStart);
                }

                Write(binary[start..reader.Position]);
            }
            else if (part.IsModule && _modules is not null)
            {
                namesLeft -= _modules[^1].Keep(new(binary, content, reader.Position, reader.Budget), namesLeft);
            }
        }
    }

    private Part Open(ReadOnlySpan<byte> binary, ref WasmReader reader, int end, int lengthAt)
    {
        int start = reader.Position;
        bool isModule = binary[start + LayerAt] == 0;
        int written = _length;
        if (isModule)
        {
            _modules?.Add(new(written));
        }

        Write(binary.Slice(start, PreambleLength));
        reader.Skip(PreambleLength);
        return new(isModule, start, end, written, lengthAt);
    }

    private void Close(Part part)
    {
        if (part.IsModule)
        {
            WriteModuleName(_firstModule + _moduleCount++);
        }

        if (part.LengthAt >= 0)
        {
            uint length = (uint)(_length - part.LengthAt - Unknown.Length);
            Span<byte> place = _bytes.AsSpan(part.LengthAt, Unknown.Length);
            for (int i = 0; i < place.Length; i++, length >>= 7)
            {
                place[i] = (byte)(length & 0x7F | (i < place.Length - 1 ? 0x80u : 0));
            }
        }
    }

    /// <summary>The section "name" with the subsection of the module's name, all shorter than 128 bytes.</summary>
    private void WriteModuleName(int module)
    {
        byte[] name = Encoding.ASCII.GetBytes(ModuleNames.NameOf(module));
        ReadOnlySpan<byte> section = "name"u8;
        Write([CustomSection, (byte)(section.Length + name.Length + 4), (byte)section.Length]);
        Write(section);
        Write([ModuleNames.OfModule, (byte)(name.Length + 1), (byte)name.Length]);
        Write(name);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - _length)
        {
            Array.Resize(
                ref _bytes,
                Math.Max(_length + bytes.Length, (int)Math.Min(2L * _bytes.Length, Array.MaxLength))
            );
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>A module or component that is being copied.</summary>
    /// <param name="IsModule">Whether it is a module.</param>
    /// <param name="Start">Where it starts in the binary.</param>
    /// <param name="End">Where it ends there.</param>
    /// <param name="WrittenStart">Where it starts in the copy.</param>
    /// <param name="LengthAt">Where its length stands in the copy; -1: nowhere.</param>
    private readonly record struct Part(bool IsModule, int Start, int End, int WrittenStart, int LengthAt);
}
