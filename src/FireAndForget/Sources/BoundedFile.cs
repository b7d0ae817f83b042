using System.Globalization;

namespace FireAndForget.Sources;

/// <summary>
/// Reads files of which somebody else said that they are files: what comes may be a device that never ends, a pipe, or terabytes
/// of nothing. So the first bytes are looked at before the rest is read, and no more is read than a bound.
/// </summary>
internal static class BoundedFile
{
    /// <summary>The bytes that are looked at first.</summary>
    private const int StartBytes = 4096;

    /// <summary>A look at a file's first bytes, all of them where it is short; throws where the file is not to be read.</summary>
    public delegate void StartCheck(ReadOnlySpan<byte> start);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <param name="checkStart">Checks the first bytes; null: they are not checked.</param>
    /// <exception cref="IOException">The file is missing, cannot be read, or has more bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static byte[] Read(string path, int most, StartCheck? checkStart = null)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] bytes = new byte[StartBytes];
        int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        checkStart?.Invoke(bytes.AsSpan(0, count));

        // Devices and pipes have no length, or say 0.
        long length = file.CanSeek ? file.Length : 0;
        if (length > most)
        {
            throw TooLarge(most);
        }

        if (length > bytes.Length)
        {
            Array.Resize(ref bytes, (int)length);
        }

        while (true)
        {
            count += file.ReadAtLeast(bytes.AsSpan(count), bytes.Length - count, throwOnEndOfStream: false);
            if (count < bytes.Length)
            {
                Array.Resize(ref bytes, count);
                return bytes;
            }

            int next = file.ReadByte();
            if (next < 0)
            {
                return bytes;
            }

            if (count == most)
            {
                throw TooLarge(most);
            }

            Array.Resize(ref bytes, (int)Math.Min(most, 2L * count));
            bytes[count++] = (byte)next;
        }
    }

    private static IOException TooLarge(int most) =>
        new(string.Create(CultureInfo.InvariantCulture, $"it has more than {most >> 20} MiB, the most that is read"));
}
