using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// The secret under which a folder's entries are authenticated: random bytes in a file of the folder that only its owner can read. Who
/// could write to the folder, or left files there before, cannot make an entry that is believed.
/// </summary>
internal static class CacheSecret
{
    public const string FileName = "secret";

    private const int Bytes = 32;

    /// <summary>Reads the folder's secret.</summary>
    /// <returns>Null where there is none yet.</returns>
    /// <exception cref="CacheUnusableException">There is one that cannot be trusted or read.</exception>
    public static byte[]? Read(TrustedFolder folder)
    {
        try
        {
            using SafeFileHandle file = folder.OpenFile(FileName);
            if (FileTrust.Distrust(file, isSecret: true) is { } reason)
            {
                throw new IOException(reason);
            }

            byte[] secret = new byte[Bytes];
            long length = RandomAccess.GetLength(file);
            return length == Bytes && RandomAccess.Read(file, secret, 0) == Bytes
                ? secret
                : throw new IOException($"it has {length} bytes instead of {Bytes}");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CacheUnusableException(
                $"its file '{FileName}', which authenticates what lies there, cannot be used ({e.Message}): delete that file, and it is made anew",
                e
            );
        }
    }

    /// <summary>Reads the folder's secret, and makes one where there is none.</summary>
    /// <exception cref="CacheUnusableException">There is one that cannot be trusted or read.</exception>
    /// <exception cref="IOException">None can be made.</exception>
    /// <exception cref="UnauthorizedAccessException">None may be made.</exception>
    public static byte[] ReadOrMake(TrustedFolder folder)
    {
        if (Read(folder) is { } there)
        {
            return there;
        }

        FileInfo temporary = new(CacheFolder.TemporaryOf(folder.Path, FileName));
        try
        {
            using (
                FileStream file = OperatingSystem.IsWindows()
                    ? WindowsAccess.CreateFile(temporary.FullName)
                    : CacheFolder.CreateFile(temporary.FullName)
            )
            {
                file.Write(RandomNumberGenerator.GetBytes(Bytes));
                // A file that lost its bytes with the machine's power would be in the way of every later load.
                file.Flush(flushToDisk: true);
            }

            // Of two processes that make one at the same time the first one's stays, and both read that.
            folder.NameIfFree(temporary.Name, FileName);
        }
        finally
        {
            CacheFolder.TryDelete(temporary);
        }

        return Read(folder) ?? throw new IOException($"its file '{FileName}' was deleted as soon as it was made");
    }
}
