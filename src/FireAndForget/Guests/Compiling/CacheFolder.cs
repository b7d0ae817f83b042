namespace FireAndForget.Guests.Compiling;

/// <summary>
/// The folder of a compile cache: which one it is, whether it may be trusted, and what lies in it. Files that are not the cache's are
/// never touched.
/// </summary>
internal static class CacheFolder
{
    public const string Variable = "FAF_CACHE_DIR";
    public const string Off = "off";

    private const string Name = "fire-and-forget";
    private const string EntryEnd = ".compiled";
    private const string TemporaryEnd = ".tmp";

    private static readonly TimeSpan WritingTime = TimeSpan.FromHours(1);

    /// <summary>The folder where options name none.</summary>
    /// <returns>Its full path; <see cref="Off"/> where there is to be no cache; null where the user has no folder for caches.</returns>
    public static string? Default()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return named == Off ? Off : Path.GetFullPath(named);
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? caches =
            OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Below(home, "Library/Caches")
            // A relative path there is to be ignored, says the XDG Base Directory Specification.
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg) ? xdg
            : Below(home, ".cache");
        return Below(caches, Name);
    }

    /// <summary>Makes the folder, for this user alone, where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }

    /// <summary>Why nothing may be loaded from a folder that is there; null where all is well.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static string? Distrust(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            // A user's folders are the user's own there, by the access lists that they inherit.
            return null;
        }

        UnixFileMode mode = File.GetUnixFileMode(folder);
        if (MayOthersWrite(mode))
        {
            return "others than its owner may write to it: take that from them (chmod go-w), or name another folder";
        }

        try
        {
            // Changes nothing, and only the owner may do it.
            File.SetUnixFileMode(folder, mode);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return "it belongs to another user: name a folder of your own";
        }
        catch (IOException)
        {
            // A file system that nobody can write to.
            return null;
        }
    }

    public static bool MayOthersWrite(UnixFileMode mode) =>
        (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;

    public static string EntryOf(string folder, string key) => Path.Combine(folder, key + EntryEnd);

    /// <summary>A file to write an entry to before it gets its name.</summary>
    public static string TemporaryOf(string folder, string key) =>
        Path.Combine(folder, $"{key}.{Path.GetRandomFileName()}{TemporaryEnd}");

    /// <summary>The entries, those that were not used for the longest time first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static List<FileInfo> Entries(string folder) =>
        [.. Files(folder, EntryEnd).OrderBy(file => file.LastWriteTimeUtc)];

    /// <summary>Entries that were never finished, because their process ended meanwhile.</summary>
    /// <inheritdoc cref="Entries"/>
    public static IEnumerable<FileInfo> Leftovers(string folder, DateTime now) =>
        Files(folder, TemporaryEnd).Where(file => now - file.LastWriteTimeUtc > WritingTime);

    /// <summary>Deletes a file.</summary>
    /// <returns>Whether it is gone; on Windows one that a process has loaded stays.</returns>
    public static bool TryDelete(FileInfo file)
    {
        try
        {
            file.Delete();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<FileInfo> Files(string folder, string end)
    {
        DirectoryInfo directory = new(folder);
        return directory.Exists
            ? directory.EnumerateFiles($"*{end}").Where(file => IsKey(file.Name.Split('.')[0]) && file.Exists)
            : [];
    }

    private static bool IsKey(string name) => name.Length == CacheKey.Length && name.All(char.IsAsciiHexDigitLower);

    private static string? Below(string? folder, string name) =>
        string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, name);
}
