using System.Buffers.Binary;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// A core module's memory as WASI preview 1 reads and writes it: each number lies at a multiple of its size, and what does not, or lies
/// outside, traps.
/// </summary>
/// <param name="memory">The memory.</param>
/// <param name="function">The function that was called, for what a trap says.</param>
internal readonly ref struct Preview1Memory(GuestMemory memory, string function)
{
    /// <summary>The name of the function that was called.</summary>
    public string Function => function;

    public byte Read8(uint address) => At(address, sizeof(byte))[0];

    public ushort Read16(uint address) => BinaryPrimitives.ReadUInt16LittleEndian(At(address, sizeof(ushort)));

    public uint Read32(uint address) => BinaryPrimitives.ReadUInt32LittleEndian(At(address, sizeof(uint)));

    public ulong Read64(uint address) => BinaryPrimitives.ReadUInt64LittleEndian(At(address, sizeof(ulong)));

    public void Write8(uint address, byte value) => At(address, sizeof(byte))[0] = value;

    public void Write16(uint address, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(At(address, sizeof(ushort)), value);

    public void Write32(uint address, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(At(address, sizeof(uint)), value);

    public void Write64(uint address, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(At(address, sizeof(ulong)), value);

    /// <summary>Bytes to read, which may lie anywhere in the memory.</summary>
    public Span<byte> Bytes(uint address, uint length) =>
        memory.Slice((int)address, (int)length, "what it pointed to", function);

    /// <summary>Room to write to, which may be anywhere in the memory; where none is needed, outside it too.</summary>
    public Span<byte> Room(uint address, uint length) => length == 0 ? [] : Bytes(address, length);

    /// <summary>Writes bytes and gives the address behind them.</summary>
    public uint Write(uint address, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(address, (uint)bytes.Length));
        return Next(address, (uint)bytes.Length);
    }

    /// <summary>An address further on, which traps where there is none.</summary>
    public uint Next(uint address, ulong length)
    {
        ulong next = address + length;
        return next <= uint.MaxValue
            ? (uint)next
            : throw new GuestTrapException($"what {function} goes through has no end in the guest's memory");
    }

    private Span<byte> At(uint address, uint size) =>
        address % size == 0
            ? Bytes(address, size)
            : throw new GuestTrapException($"what {function} was to find at {address} is not aligned to {size}");
}
