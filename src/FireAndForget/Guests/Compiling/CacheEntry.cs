using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// A file of the compile cache: compiled code as Wasmtime serialised it, at the start so that Wasmtime can map it; behind it where it
/// came from, and a trailer with the key and a checksum over all of that. Wasmtime believes what it is given, so nothing is handed
/// to it before <see cref="Damage"/> found nothing.
/// </summary>
/// <remarks>
/// The checksum, XXH3 of 128 bits, finds damage. It is no signature: who may write to the folder can forge an
/// entry. Reading is all that it costs once it runs; SHA-256 takes several times as long.
/// </remarks>
internal static class CacheEntry
{
    /// <summary>Changes with the layout of the files.</summary>
    public const int Layout = 2;

    private const int MostOfSource = 4096;
    private const int ChunkBytes = 1 << 20;

    // The trailer: what is checked, key, length of the source in UTF-8, layout; then the checksum over the whole file before it.
    private const int KeyAt = 0;
    private const int SourceLengthAt = CacheKey.Length;
    private const int LayoutAt = SourceLengthAt + sizeof(int);
    private const int ChecksumAt = LayoutAt + sizeof(int);
    private const int ChecksumBytes = 16;
    private const int TrailerBytes = ChecksumAt + ChecksumBytes;

    /// <summary>Writes an entry to a file that is not there yet and that only this user may read and write.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, string key, string source, ReadOnlySpan<byte> compiled)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
            PreallocationSize = LengthOf(source, compiled.Length),
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        byte[] origin = Encode(source);
        byte[] trailer = new byte[TrailerBytes];
        Encoding.ASCII.GetBytes(key, trailer.AsSpan(KeyAt));
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(SourceLengthAt), origin.Length);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(LayoutAt), Layout);
        using FileStream file = new(path, options);
        file.Write(compiled);
        file.Write(origin);
        file.Write(trailer.AsSpan(..ChecksumAt));
        file.Write(Checksum(file.SafeFileHandle, file.Position));
    }

    /// <summary>The length in bytes of an entry.</summary>
    public static long LengthOf(string source, int compiledBytes) =>
        (long)compiledBytes + Encode(source).Length + TrailerBytes;

    /// <summary>What is wrong with an entry; null where it is whole, as this version wrote it under this key.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string? Damage(string path, string key)
    {
        using FileStream file = Open(path);
        byte[] trailer = new byte[TrailerBytes];
        if (!OperatingSystem.IsWindows() && CacheFolder.MayOthersWrite(File.GetUnixFileMode(file.SafeFileHandle)))
        {
            return "others may write to it";
        }

        if (!TryReadTrailer(file, trailer, out _))
        {
            return "it is no entry of this version, or was cut off";
        }

        if (!trailer.AsSpan(KeyAt, CacheKey.Length).SequenceEqual(Encoding.ASCII.GetBytes(key)))
        {
            return "it is the entry of something else";
        }

        return IsWhole(file, trailer) ? null : "its checksum is wrong";
    }

    /// <summary>Where an entry's code came from, as far as that can be read.</summary>
    /// <returns>A path or the name that the source had; null where the file is no entry of this version.</returns>
    public static string? SourceOf(string path)
    {
        try
        {
            using FileStream file = Open(path);
            byte[] trailer = new byte[TrailerBytes];
            if (!TryReadTrailer(file, trailer, out int sourceLength))
            {
                return null;
            }

            byte[] origin = new byte[sourceLength];
            file.Position = file.Length - TrailerBytes - sourceLength;
            file.ReadExactly(origin);
            return Encoding.UTF8.GetString(origin);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileStream Open(string path) =>
        new(path, new FileStreamOptions { Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });

    private static bool TryReadTrailer(FileStream file, byte[] trailer, out int sourceLength)
    {
        sourceLength = 0;
        if (file.Length < TrailerBytes)
        {
            return false;
        }

        file.Position = file.Length - TrailerBytes;
        file.ReadExactly(trailer);
        sourceLength = BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(SourceLengthAt));
        return BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(LayoutAt)) == Layout
            && sourceLength is >= 0 and <= MostOfSource
            && sourceLength <= file.Length - TrailerBytes;
    }

    private static bool IsWhole(FileStream file, byte[] trailer) =>
        Checksum(file.SafeFileHandle, file.Length - ChecksumBytes).AsSpan().SequenceEqual(trailer.AsSpan(ChecksumAt));

    /// <summary>Of the first so many bytes of a file; where it has not as many, it comes out wrong.</summary>
    private static byte[] Checksum(SafeFileHandle file, long length)
    {
        XxHash128 checksum = new();
        byte[] chunk = new byte[ChunkBytes];
        long at = 0;
        for (int read = -1; read != 0; at += read)
        {
            read = RandomAccess.Read(file, chunk.AsSpan(0, (int)Math.Min(ChunkBytes, length - at)), at);
            checksum.Append(chunk.AsSpan(0, read));
        }

        return checksum.GetCurrentHash();
    }

    private static byte[] Encode(string source)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(source);
        return bytes.Length <= MostOfSource ? bytes : bytes[..MostOfSource];
    }
}
