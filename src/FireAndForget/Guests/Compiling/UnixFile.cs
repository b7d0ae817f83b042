using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Guests.Compiling;

/// <summary>Whose an open file or folder of Linux or macOS is, and what may be done with it.</summary>
/// <param name="Owner">The owner's uid.</param>
/// <param name="Mode">Who has which rights.</param>
/// <param name="IsFile">Whether it is a regular file, and no folder, pipe or device.</param>
internal readonly record struct UnixFacts(uint Owner, UnixFileMode Mode, bool IsFile);

/// <summary>
/// What .NET cannot do with files of Linux and macOS: tell who owns one, open one in a folder that is open without following a link or
/// waiting for a pipe, and name one without replacing another. Files are asked through their handles, because nobody can put another
/// file in a handle's place.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class UnixFile
{
    // Error numbers that Linux and macOS share.
    private const int NoEntry = 2;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int NoFolder = 20;

    private const int ModeBits = 0xFFF;
    private const int TypeBits = 0xF000;
    private const int RegularFile = 0x8000;

    // statx of Linux has the same layout on every processor: stx_mask at 0, stx_uid at 20, stx_mode at 28, 256 bytes in all.
    private const int StatxBytes = 256;
    private const int StatxUidAt = 20;
    private const int StatxModeAt = 28;
    private const int StatxEmptyPath = 0x1000;
    private const uint StatxTypeModeUid = 0x1 | 0x2 | 0x8;

    // stat of macOS with inodes of 64 bits: st_dev at 0, st_mode at 4, st_uid at 16, 144 bytes in all.
    private const int MacUidAt = 16;
    private const int MacModeAt = 4;

    /// <summary>The uid whose rights this process has.</summary>
    public static uint User => GetEffectiveUserId();

    /// <summary>Opens a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static SafeFileHandle OpenFolder(string path)
    {
        int descriptor = Open(path, OpenFlags.CloseOnExec | OpenFlags.Folder);
        int error = Marshal.GetLastPInvokeError();
        return descriptor < 0 && error is NoEntry
            ? throw new DirectoryNotFoundException($"{path}: there is no such folder.")
            : Owned(descriptor, error, path);
    }

    /// <summary>Opens a regular file to be read, and nothing else that may have its name.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static SafeFileHandle OpenFile(SafeFileHandle folder, string name)
    {
        // Opening a pipe would wait for a writer; NonBlocking changes nothing for a regular file.
        int descriptor = OpenAt(folder, name, OpenFlags.CloseOnExec | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        SafeFileHandle file = Owned(descriptor, Marshal.GetLastPInvokeError(), name);
        try
        {
            return Look(file).IsFile ? file : throw new IOException($"{name}: it is no regular file.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Asks about what is open.</summary>
    /// <exception cref="IOException">The system does not tell.</exception>
    public static UnixFacts Look(SafeFileHandle handle)
    {
        byte* buffer = stackalloc byte[StatxBytes];
        bool isMac = OperatingSystem.IsMacOS();
        int result;
        try
        {
            result =
                !isMac ? StatX(handle, "", StatxEmptyPath, StatxTypeModeUid, buffer)
                : RuntimeInformation.ProcessArchitecture == Architecture.X64 ? FStatX64(handle, buffer)
                : FStat(handle, buffer);
        }
        catch (EntryPointNotFoundException e)
        {
            throw new IOException($"The system's C library cannot tell who owns a file: {e.Message}", e);
        }

        if (result != 0)
        {
            throw new IOException($"The system does not tell who owns it: {Message(Marshal.GetLastPInvokeError())}");
        }

        if (!isMac && (*(uint*)buffer & StatxTypeModeUid) != StatxTypeModeUid)
        {
            throw new IOException("The file system does not tell who owns it.");
        }

        int mode = *(ushort*)(buffer + (isMac ? MacModeAt : StatxModeAt));
        return new(
            *(uint*)(buffer + (isMac ? MacUidAt : StatxUidAt)),
            (UnixFileMode)(mode & ModeBits),
            (mode & TypeBits) == RegularFile
        );
    }

    /// <summary>Gives a file of a folder one more name there, if no file has that name.</summary>
    /// <returns>Whether a file has the name now, this one or another; false: the file system cannot do it.</returns>
    public static bool TryLink(SafeFileHandle folder, string name, string newName) =>
        LinkAt(folder, name, folder, newName, flags: 0) == 0 || Marshal.GetLastPInvokeError() == Exists;

    private static SafeFileHandle Owned(int descriptor, int error, string path) =>
        descriptor >= 0
            ? new(descriptor, ownsHandle: true)
            : throw error switch
            {
                NoEntry => new FileNotFoundException($"{path}: there is no such file."),
                AccessDenied => new UnauthorizedAccessException($"{path}: {Message(error)}"),
                NoFolder => new IOException($"{path}: it is no folder."),
                _ when error == OpenFlags.IsLink => new IOException($"{path}: it is a symbolic link."),
                _ => new IOException($"{path}: {Message(error)}"),
            };

    private static string Message(int error) => Marshal.GetPInvokeErrorMessage(error);

    // The functions take an int where these pass a handle: a descriptor fits into it.
    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(
        SafeFileHandle folder,
        string name,
        SafeFileHandle newFolder,
        string newName,
        int flags
    );

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int FStat(SafeFileHandle file, byte* buffer);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FStatX64(SafeFileHandle file, byte* buffer);

    /// <summary>The flags of <c>open</c> by system and processor.</summary>
    private static class OpenFlags
    {
        private static readonly bool IsMac = OperatingSystem.IsMacOS();

        // Linux on Arm and POWER has two of them in other places than on the other processors.
        private static readonly bool HasOwnPlaces =
            RuntimeInformation.ProcessArchitecture
            is Architecture.Arm64
                or Architecture.Arm
                or Architecture.Armv6
                or Architecture.Ppc64le;

        public static readonly int CloseOnExec = IsMac ? 0x1000000 : 0x80000;
        public static readonly int NonBlocking = IsMac ? 0x4 : 0x800;
        public static readonly int NoFollow =
            IsMac ? 0x100
            : HasOwnPlaces ? 0x8000
            : 0x20000;
        public static readonly int Folder =
            IsMac ? 0x100000
            : HasOwnPlaces ? 0x4000
            : 0x10000;

        /// <summary>The error of a link that is not followed, ELOOP.</summary>
        public static readonly int IsLink = IsMac ? 62 : 40;
    }
}
