using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The source of a component's random bytes: the operating system, or, where the host gives a seed, the SHA-256 of the seed, the
/// component's id and a counter, so that the same run draws the same bytes on every machine. All instances of the component draw
/// from one sequence.
/// </summary>
internal sealed class WasiRandom
{
    private readonly byte[]? _input;
    private readonly byte[] _block = [];
    private ulong _counter = ulong.MaxValue;

    /// <summary>How many bytes were drawn.</summary>
    private ulong _drawn;

    public WasiRandom(ulong? seed, string component)
    {
        if (seed is { } given)
        {
            _input = new byte[16 + Encoding.UTF8.GetByteCount(component)];
            BinaryPrimitives.WriteUInt64LittleEndian(_input, given);
            Encoding.UTF8.GetBytes(component, _input.AsSpan(16));
            _block = new byte[SHA256.HashSizeInBytes];
        }
    }

    /// <summary>Draws the next bytes.</summary>
    public void Fill(Span<byte> bytes) => Fill(bytes, Draw(bytes.Length));

    /// <summary>Reserves that many bytes, which are made later, and gives their place in the sequence: no other call gets them.</summary>
    public ulong Draw(long length)
    {
        ulong place = _drawn;
        _drawn += (ulong)length;
        return place;
    }

    /// <summary>Makes bytes that were drawn before.</summary>
    /// <param name="bytes">Where to write them.</param>
    /// <param name="place">What <see cref="Draw"/> gave, and further on from there.</param>
    public void Fill(Span<byte> bytes, ulong place)
    {
        if (_input is null)
        {
            RandomNumberGenerator.Fill(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            (ulong block, ulong used) = ulong.DivRem(place, (ulong)_block.Length);
            MakeBlock(block);
            ReadOnlySpan<byte> left = _block.AsSpan((int)used);
            int count = Math.Min(left.Length, bytes.Length);
            left[..count].CopyTo(bytes);
            bytes = bytes[count..];
            place += (uint)count;
        }
    }

    public ulong Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void MakeBlock(ulong counter)
    {
        if (_counter != counter)
        {
            _counter = counter;
            BinaryPrimitives.WriteUInt64LittleEndian(_input.AsSpan(8), counter);
            SHA256.HashData(_input!, _block);
        }
    }
}
