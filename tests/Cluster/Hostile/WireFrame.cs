using System.Buffers.Binary;
using System.Text;
using FireAndForget.Orleans.Links;

namespace FireAndForget.Tests.Cluster.Hostile;

/// <summary>Writes a frame byte by byte, as a silo would that keeps to nothing.</summary>
internal sealed class WireFrame
{
    private readonly List<byte> _names = [];
    private readonly List<byte> _runs = [];

    public byte Version { get; init; } = 1;

    public uint Session { get; init; } = 1;

    public ulong Number { get; init; }

    public ulong SettledThrough { get; init; }

    public WireFrame Name(uint number, NameKind kind, string name)
    {
        _names.AddRange(BitConverter.GetBytes(number));
        _names.AddRange([(byte)kind, (byte)name.Length]);
        _names.AddRange(Encoding.Latin1.GetBytes(name));
        return this;
    }

    /// <summary>The names that most frames of a test begin with.</summary>
    public WireFrame Names(uint sender = 1, uint target = 1) =>
        Name(sender, NameKind.Sender, "sender").Name(target, NameKind.Target, "target");

    /// <summary>Messages of a sender, numbered from the first on.</summary>
    public WireFrame Run(uint key, long first, uint sender, params byte[][] messages) =>
        RunOf(key, first, (uint)messages.Length, [.. messages.SelectMany(message => Entry(sender, message))]);

    /// <summary>A run that says what the test wants it to.</summary>
    public WireFrame RunOf(uint key, long first, uint count, byte[] entries)
    {
        _runs.AddRange(BitConverter.GetBytes(key));
        _runs.AddRange(BitConverter.GetBytes(count));
        _runs.AddRange(BitConverter.GetBytes(first));
        _runs.AddRange(BitConverter.GetBytes((uint)entries.Length));
        _runs.AddRange(new byte[4]);
        _runs.AddRange(entries);
        return this;
    }

    public static byte[] Entry(uint sender, byte[] message) =>
        [.. BitConverter.GetBytes(sender), .. BitConverter.GetBytes((uint)message.Length), .. Padded(message)];

    /// <summary>An entry of a message with extras.</summary>
    public static byte[] Entry(uint sender, MessageExtras extras, string trace, byte[] message) =>
        [
            .. BitConverter.GetBytes(sender | Frame.ExtrasFlag),
            .. BitConverter.GetBytes((uint)message.Length),
            .. BitConverter.GetBytes((ushort)trace.Length),
            (byte)extras,
            .. new byte[5],
            .. Padded(Encoding.Latin1.GetBytes(trace)),
            .. Padded(message),
        ];

    public byte[] ToBytes()
    {
        byte[] bytes = [.. new byte[Frame.HeaderBytes], .. _names, .. _runs];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)_names.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Session);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), Number);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), SettledThrough);
        return bytes;
    }

    /// <summary>As it comes over the wire.</summary>
    public Frame ToFrame()
    {
        byte[] bytes = ToBytes();
        return Frame.Receive(bytes.Length, bytes);
    }

    private static byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[Frame.Padded(bytes.Length) - bytes.Length]];
}
