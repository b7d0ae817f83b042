using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// An open file of the compile cache: compiled code as Wasmtime serialised it, at the start so that Wasmtime can map it; behind it where
/// it came from, and a trailer with the key and a code that authenticates all of that, HMAC-SHA-256 under the folder's
/// <see cref="CacheSecret"/>. Wasmtime believes what it is given, so nothing is handed to it before <see cref="Damage"/> found nothing,
/// and what is handed to it is the open file, whatever has its name by then.
/// </summary>
internal sealed class CacheEntry : IDisposable
{
    /// <summary>Changes with the layout of the files.</summary>
    public const int Layout = 3;

    private const int MostOfSource = 4096;
    private const int ChunkBytes = 1 << 20;

    // The trailer: what is authenticated, key, length of the source in UTF-8, layout; then the code over the whole file before it.
    private const int KeyAt = 0;
    private const int SourceLengthAt = CacheKey.Length;
    private const int LayoutAt = SourceLengthAt + sizeof(int);
    private const int CodeAt = LayoutAt + sizeof(int);
    private const int CodeBytes = HMACSHA256.HashSizeInBytes;
    private const int TrailerBytes = CodeAt + CodeBytes;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly long _length;

    private CacheEntry(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
        _length = RandomAccess.GetLength(file);
    }

    /// <summary>
    /// A path by which this process opens exactly the file that is open here. It is valid while the entry is open.
    /// </summary>
    public string Path =>
        OperatingSystem.IsLinux() ? $"/proc/self/fd/{_file.DangerousGetHandle()}"
        : OperatingSystem.IsMacOS() ? $"/dev/fd/{_file.DangerousGetHandle()}"
        : _path;

    /// <summary>Opens an entry.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static CacheEntry Open(TrustedFolder folder, string key)
    {
        string path = CacheFolder.EntryOf(folder.Path, key);
        return new(folder.OpenFile(System.IO.Path.GetFileName(path)), path);
    }

    /// <summary>Writes an entry to a file that is not there yet and that only this user may read and write.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, byte[] secret, string key, string source, ReadOnlySpan<byte> compiled)
    {
        byte[] origin = Encode(source);
        byte[] trailer = new byte[TrailerBytes];
        Encoding.ASCII.GetBytes(key, trailer.AsSpan(KeyAt));
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(SourceLengthAt), origin.Length);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(LayoutAt), Layout);
        using var code = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        code.AppendData(compiled);
        code.AppendData(origin);
        code.AppendData(trailer.AsSpan(..CodeAt));
        code.GetHashAndReset(trailer.AsSpan(CodeAt));
        using FileStream file = CacheFolder.CreateFile(path, LengthOf(source, compiled.Length));
        file.Write(compiled);
        file.Write(origin);
        file.Write(trailer);
    }

    /// <summary>The length in bytes of an entry.</summary>
    public static long LengthOf(string source, int compiledBytes) =>
        (long)compiledBytes + Encode(source).Length + TrailerBytes;

    /// <summary>What is wrong with the entry; null where it is whole, as this version wrote it for this user under this key.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string? Damage(byte[] secret, string key)
    {
        if (FileTrust.Distrust(_file) is { } reason)
        {
            return reason;
        }

        byte[] trailer = new byte[TrailerBytes];
        if (!TryReadTrailer(trailer, out _))
        {
            return "it is no entry of this version, or was cut off";
        }

        if (!trailer.AsSpan(KeyAt, CacheKey.Length).SequenceEqual(Encoding.ASCII.GetBytes(key)))
        {
            return "it is the entry of something else";
        }

        return CryptographicOperations.FixedTimeEquals(Code(secret), trailer.AsSpan(CodeAt))
            ? null
            : "it was damaged, or was not written under this folder's secret";
    }

    /// <summary>The whole file.</summary>
    /// <exception cref="IOException">It cannot be read, or is too large to be held.</exception>
    public byte[] ReadAll()
    {
        if (_length > Array.MaxLength)
        {
            throw new IOException($"it has {_length} bytes, and no more than {Array.MaxLength} can be held");
        }

        byte[] bytes = new byte[_length];
        return TryRead(bytes, 0) ? bytes : throw new IOException("it was cut off while it was read");
    }

    /// <summary>
    /// Records that the entry was used now. The file's time of last change keeps that, because file systems need not record reads.
    /// </summary>
    public void Touch()
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetLastWriteTimeUtc(_file, DateTime.UtcNow);
            }
            else
            {
                // On Windows a handle that was opened for reading may not set the time.
                File.SetLastWriteTimeUtc(_path, DateTime.UtcNow);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder cannot be written, so nothing is evicted from it either and the time does not matter.
        }
    }

    /// <summary>Where an entry's code came from, as far as that can be read, whether it may be used or not.</summary>
    /// <returns>A path or the name that the source had; null where the file is no entry of this version.</returns>
    public static string? SourceOf(FileInfo file)
    {
        try
        {
            using CacheEntry entry = new(TrustedFolder.OpenFile(file), file.FullName);
            byte[] trailer = new byte[TrailerBytes];
            if (!entry.TryReadTrailer(trailer, out int sourceLength))
            {
                return null;
            }

            byte[] origin = new byte[sourceLength];
            return entry.TryRead(origin, entry._length - TrailerBytes - sourceLength)
                ? Encoding.UTF8.GetString(origin)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private bool TryReadTrailer(byte[] trailer, out int sourceLength)
    {
        sourceLength = 0;
        if (_length < TrailerBytes || !TryRead(trailer, _length - TrailerBytes))
        {
            return false;
        }

        sourceLength = BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(SourceLengthAt));
        return BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(LayoutAt)) == Layout
            && sourceLength is >= 0 and <= MostOfSource
            && sourceLength <= _length - TrailerBytes;
    }

    /// <summary>
    /// Computes the authentication code of all of the file that lies before that code. Where the file was cut off meanwhile, the
    /// code does not match.
    /// </summary>
    private byte[] Code(byte[] secret)
    {
        using var code = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        byte[] chunk = new byte[ChunkBytes];
        long end = _length - CodeBytes;
        long at = 0;
        for (int read = -1; read != 0; at += read)
        {
            read = RandomAccess.Read(_file, chunk.AsSpan(0, (int)Math.Min(ChunkBytes, end - at)), at);
            code.AppendData(chunk.AsSpan(0, read));
        }

        return code.GetHashAndReset();
    }

    private bool TryRead(Span<byte> bytes, long at)
    {
        while (bytes.Length != 0)
        {
            int read = RandomAccess.Read(_file, bytes, at);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            at += read;
        }

        return true;
    }

    private static byte[] Encode(string source)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(source);
        return bytes.Length <= MostOfSource ? bytes : bytes[..MostOfSource];
    }
}
