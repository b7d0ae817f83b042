using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// Whether what is open is this user's, and nobody else's to write: only then may it be loaded as native code. What belongs to root is
/// not trusted in a process of another user, because it gets no secret from there either.
/// </summary>
internal static class FileTrust
{
    public const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const UnixFileMode Others =
        OthersWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    /// <summary>Why an open file, or an open folder of Linux or macOS, is not to be trusted; null where all is well.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="isSecret">Whether others may not even read it.</param>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static string? Distrust(SafeFileHandle handle, bool isSecret = false) =>
        OperatingSystem.IsWindows()
            ? WindowsAccess.Distrust(handle, isSecret)
            : Distrust(UnixFile.Look(handle), UnixFile.User, isSecret);

    /// <summary>Decides as <see cref="Distrust(SafeFileHandle, bool)"/> does, by facts that were read before.</summary>
    /// <param name="facts">About the file.</param>
    /// <param name="user">The uid whose rights this process has.</param>
    /// <param name="isSecret">Whether others may not even read it.</param>
    public static string? Distrust(UnixFacts facts, uint user, bool isSecret)
    {
        if (facts.Owner != user)
        {
            return $"it belongs to another user (uid {facts.Owner}; this process runs as uid {user})";
        }

        return (facts.Mode & (isSecret ? Others : OthersWrite)) != 0
            ? $"others than its owner may {(isSecret ? "read or write" : "write to")} it (mode {Convert.ToString((int)facts.Mode, 8)})"
            : null;
    }
}
