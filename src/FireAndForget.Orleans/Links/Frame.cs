using System.Buffers;
using System.Buffers.Binary;

namespace FireAndForget.Orleans.Links;

/// <summary>
/// The unit of transfer from one silo to another, in pooled memory: the names behind numbers that are new to the other silo, and
/// runs of messages.
/// </summary>
/// <remarks>
/// On the wire, little-endian: <c>u8 version, u8 0, u16 0, u32 length of the names, u32 session, u32 0, u64 number, u64 the last
/// settlement that came</c>, names, runs. A name: <c>u32 number, u8 kind, u8 length</c>, the id or topic in ASCII. A run: <c>u32 key of the
/// target, u32 messages, u64 number of the first, u32 length of the entries, u32 0</c>, entries. An entry, at a multiple of 8 from the
/// run's start: <c>u32 number of the sender with a flag for extras, u32 length</c>, the extras where there are any (<c>u16 length, u8
/// flags, u8 0, u32 0</c>, the traceparent in ASCII), the message; each filled up to 8.
/// </remarks>
internal sealed class Frame
{
    /// <summary>What a frame without published messages is written as, and the oldest version that this reads.</summary>
    public const byte OldestVersion = 1;

    /// <summary>The newest version that this reads. What is written is of the oldest that has all that is in it.</summary>
    public static readonly byte NewestVersion = (byte)Math.Min(Protocol.Own, Protocol.WithTopics);

    public const int HeaderBytes = 32;
    public const int RunBytes = 24;
    public const int EntryBytes = 8;
    public const int ExtrasBytes = 8;
    public const int NameBytes = 6;

    /// <summary>
    /// A pool for frames alone: frames are rented and returned by different threads, for which the shared pool keeps few arrays of
    /// this size.
    /// </summary>
    public static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(1 << 20, 32);

    /// <summary>Set in an entry's sender where it has extras.</summary>
    public const uint ExtrasFlag = 1u << 31;

    /// <summary>How long the names and the runs of a frame are that was received; both lie in <see cref="_runs"/> then.</summary>
    private readonly bool _isReceived;
    private byte[] _names = [];
    private byte[] _runs;

    private Frame(byte[] runs, bool isReceived)
    {
        _runs = runs;
        _isReceived = isReceived;
    }

    public uint Session { get; set; }

    public ulong Number { get; set; }

    /// <summary>The number of the last settlement that came from the other silo.</summary>
    public ulong SettledThrough { get; set; }

    public byte Version { get; private set; } = OldestVersion;

    public int NamesLength { get; private set; }

    public int RunsLength { get; set; }

    /// <summary>How many messages are in it.</summary>
    public int Messages { get; set; }

    /// <summary>How many bytes of runs still fit.</summary>
    public int Room => _runs.Length - RunsLength;

    public int WireLength => HeaderBytes + NamesLength + RunsLength;

    public ReadOnlySpan<byte> Names =>
        _isReceived ? _runs.AsSpan(HeaderBytes, NamesLength) : _names.AsSpan(0, NamesLength);

    public ReadOnlySpan<byte> Runs =>
        _isReceived ? _runs.AsSpan(HeaderBytes + NamesLength, RunsLength) : _runs.AsSpan(0, RunsLength);

    /// <summary>The memory behind what was written of the runs.</summary>
    public Span<byte> FreeRuns => _runs.AsSpan(RunsLength);

    public static Frame Rent(int runsLength) => new(Pool.Rent(runsLength), isReceived: false);

    /// <summary>Reads a frame that was received, in rented memory that it takes over.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a version that this does not read; the memory stays the caller's.</exception>
    public static Frame Receive(int length, byte[] rented)
    {
        ReadOnlySpan<byte> bytes = rented.AsSpan(0, length);
        if (length < HeaderBytes)
        {
            throw new InvalidDataException($"A frame has {length} bytes and its header alone has {HeaderBytes}.");
        }

        if (bytes[0] < OldestVersion || bytes[0] > NewestVersion)
        {
            throw new InvalidDataException(
                $"A frame of version {bytes[0]} came; this silo reads {OldestVersion} to {NewestVersion}."
            );
        }

        uint names = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (names > length - HeaderBytes)
        {
            throw new InvalidDataException(
                $"A frame of {length} bytes has names of {names} bytes and a header of {HeaderBytes}."
            );
        }

        Frame frame = new(rented, isReceived: true)
        {
            Version = bytes[0],
            NamesLength = (int)names,
            RunsLength = length - HeaderBytes - (int)names,
            Session = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            Number = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            SettledThrough = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        };
        FrameCheck.Check(frame.Names, frame.Runs);
        return frame;
    }

    /// <summary>The wire's header.</summary>
    public void WriteHeader(Span<byte> header)
    {
        header[..HeaderBytes].Clear();
        header[0] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)NamesLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Session);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], SettledThrough);
    }

    /// <summary>It has published messages in it, of which older silos know nothing.</summary>
    public void NeedTopics() => Version = Protocol.WithTopics;

    /// <summary>Adds a name.</summary>
    public void Name(uint number, NameKind kind, ReadOnlySpan<byte> id)
    {
        int length = NameBytes + id.Length;
        if (_names.Length - NamesLength < length)
        {
            byte[] larger = Pool.Rent(Math.Max(1024, (NamesLength + length) * 2));
            _names.AsSpan(0, NamesLength).CopyTo(larger);
            Return(_names);
            _names = larger;
        }

        Span<byte> name = _names.AsSpan(NamesLength, length);
        BinaryPrimitives.WriteUInt32LittleEndian(name, number);
        name[4] = (byte)kind;
        name[5] = (byte)id.Length;
        id.CopyTo(name[NameBytes..]);
        NamesLength += length;
    }

    public void Free()
    {
        Return(_names);
        Return(_runs);
        _names = _runs = [];
        NamesLength = RunsLength = 0;
    }

    public static int Padded(int length) => (length + 7) & ~7;

    private static void Return(byte[] bytes)
    {
        if (bytes.Length != 0)
        {
            Pool.Return(bytes);
        }
    }
}

/// <summary>What a number in a frame stands for.</summary>
internal enum NameKind : byte
{
    /// <summary>The id of a sender.</summary>
    Sender = 0,

    /// <summary>The id of a target, by the key of its outbox.</summary>
    Target = 1,

    /// <summary>The topic of a sender's number that is for one, behind its id. From version 2 on.</summary>
    Topic = 2,
}

/// <summary>The extras of a message beyond its sender and bytes.</summary>
[Flags]
internal enum MessageExtras : byte
{
    None = 0,

    /// <summary>It is a request.</summary>
    Request = 1,

    /// <summary>Somebody waits for what becomes of it.</summary>
    Awaited = 2,
}
