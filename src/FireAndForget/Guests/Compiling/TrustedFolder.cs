using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Guests.Compiling;

/// <summary>
/// A cache's folder that is open and belongs to this user, for one use: another user who may write above it may put another in its place at any
/// time, so it is opened and looked at anew each time. Files are opened in the open folder, whatever its path leads to meanwhile.
/// </summary>
internal sealed class TrustedFolder : IDisposable
{
    // Null on Windows, where .NET opens no folder: files are opened by path there, and each is looked at itself.
    private readonly SafeFileHandle? _handle;

    private TrustedFolder(string path, SafeFileHandle? handle)
    {
        Path = path;
        _handle = handle;
    }

    public string Path { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="CacheUnusableException">It cannot be opened, or is not to be trusted.</exception>
    public static TrustedFolder Open(string path)
    {
        SafeFileHandle? handle = null;
        string? distrust;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                distrust = WindowsAccess.DistrustFolder(path);
            }
            else
            {
                // Links are followed: a user may keep the cache on another disk, and what counts is where one arrives.
                handle = UnixFile.OpenFolder(path);
                distrust = FileTrust.Distrust(handle);
            }
        }
        catch (Exception e) when (e is (IOException and not DirectoryNotFoundException) or UnauthorizedAccessException)
        {
            distrust = e.Message;
        }

        if (distrust is null)
        {
            return new(path, handle);
        }

        handle?.Dispose();
        throw new CacheUnusableException(
            $"{distrust}: name a folder of your own, or delete this one with what lies in it, and it is made anew for this user alone"
        );
    }

    /// <summary>Opens a file of the folder to be read.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It is a link, no file, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public SafeFileHandle OpenFile(string name) =>
        OperatingSystem.IsWindows()
            ? OpenOnWindows(System.IO.Path.Combine(Path, name))
            : UnixFile.OpenFile(_handle!, name);

    /// <summary>Opens a file to be read, in a folder of any owner. Only for files from which nothing is loaded.</summary>
    /// <inheritdoc cref="OpenFile(string)"/>
    public static SafeFileHandle OpenFile(FileInfo file)
    {
        if (OperatingSystem.IsWindows())
        {
            return OpenOnWindows(file.FullName);
        }

        using SafeFileHandle folder = UnixFile.OpenFolder(file.DirectoryName!);
        return UnixFile.OpenFile(folder, file.Name);
    }

    /// <summary>Gives a file of the folder a name that no file has; where one has it, that one stays.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    public void NameIfFree(string name, string newName)
    {
        if (!OperatingSystem.IsWindows() && UnixFile.TryLink(_handle!, name, newName))
        {
            return;
        }

        string target = System.IO.Path.Combine(Path, newName);
        try
        {
            // On Windows this does not replace a file. On a file system without links it replaces one only where two processes do
            // it at the same instant.
            File.Move(System.IO.Path.Combine(Path, name), target);
        }
        catch (IOException) when (File.Exists(target))
        {
            // Another process was first.
        }
    }

    public void Dispose() => _handle?.Dispose();

    /// <summary>
    /// Opens a file on Windows so that nobody can replace or change it while it is open, and its path leads to it all that time.
    /// </summary>
    private static SafeFileHandle OpenOnWindows(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
}
