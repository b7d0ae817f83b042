using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FireAndForget.Guests.Direct.Wasi;

/// <summary>
/// Where a component's random bytes come from: the operating system, or, where the host gives a seed, the SHA-256 of the seed, the
/// component's id and a counter, so that the same run draws the same bytes on every machine. Its instances draw on one after the
/// other.
/// </summary>
internal sealed class WasiRandom
{
    private readonly byte[]? _input;
    private readonly byte[] _block = [];
    private ulong _counter;
    private int _used;

    public WasiRandom(ulong? seed, string component)
    {
        if (seed is { } given)
        {
            _input = new byte[16 + Encoding.UTF8.GetByteCount(component)];
            BinaryPrimitives.WriteUInt64LittleEndian(_input, given);
            Encoding.UTF8.GetBytes(component, _input.AsSpan(16));
            _block = new byte[SHA256.HashSizeInBytes];
            _used = _block.Length;
        }
    }

    public void Fill(Span<byte> bytes)
    {
        if (_input is null)
        {
            RandomNumberGenerator.Fill(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            if (_used == _block.Length)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(_input.AsSpan(8), _counter++);
                SHA256.HashData(_input, _block);
                _used = 0;
            }

            Span<byte> left = _block.AsSpan(_used);
            int count = Math.Min(left.Length, bytes.Length);
            left[..count].CopyTo(bytes);
            bytes = bytes[count..];
            _used += count;
        }
    }

    public ulong Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
