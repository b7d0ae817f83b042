using System.Buffers;
using System.Text;

namespace FireAndForget.Guest.Sdk.Linking;

/// <summary>Reads WebAssembly's numbers and names (<see href="https://webassembly.github.io/spec/core/binary/"/>).</summary>
internal ref struct WasmReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    public byte ReadByte() => _bytes[Position++];

    public uint ReadNumber()
    {
        uint value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte one = ReadByte();
            value |= (one & 0x7Fu) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>The operand of i32.const.</summary>
    public int ReadSignedNumber()
    {
        int value = 0;
        for (int shift = 0; ; )
        {
            byte one = ReadByte();
            value |= (one & 0x7F) << shift;
            shift += 7;
            if (one < 0x80)
            {
                return shift < 32 && (one & 0x40) != 0 ? value | (-1 << shift) : value;
            }
        }
    }

    public string ReadName() => Encoding.UTF8.GetString(ReadBytes((int)ReadNumber()));

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        ReadOnlySpan<byte> read = _bytes.Slice(Position, count);
        Position += count;
        return read;
    }

    /// <summary>Everything up to the end.</summary>
    public ReadOnlySpan<byte> ReadRest() => ReadBytes(_bytes.Length - Position);
}

/// <summary>Writes WebAssembly's numbers and sections, as <see cref="WasmReader"/> reads them.</summary>
internal sealed class WasmWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void WriteByte(byte one) => WriteBytes([one]);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public void WriteNumber(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            WriteByte((byte)(value | 0x80));
        }

        WriteByte((byte)value);
    }

    public void WriteSignedNumber(int value)
    {
        for (; value is < -64 or > 63; value >>= 7)
        {
            WriteByte((byte)(value | 0x80));
        }

        WriteByte((byte)(value & 0x7F));
    }

    public void WriteSection(byte id, ReadOnlySpan<byte> content)
    {
        WriteByte(id);
        WriteNumber((uint)content.Length);
        WriteBytes(content);
    }
}
