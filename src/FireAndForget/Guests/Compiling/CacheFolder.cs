namespace FireAndForget.Guests.Compiling;

/// <summary>
/// The folder of a compile cache: which one it is, how it and its files are made, and what lies in it. Files that are not the cache's are
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
            // The XDG Base Directory Specification says that a relative path in this variable is to be ignored.
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg) ? xdg
            : Below(home, ".cache");
        return Below(caches, Name);
    }

    /// <summary>Makes the folder where it is missing. Only this user may read and write it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            WindowsAccess.CreateFolder(folder);
        }
        else
        {
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }

    /// <summary>Makes a file that is not there yet, for this user alone; on Windows it inherits the folder's access list.</summary>
    /// <exception cref="IOException">It is there, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static FileStream CreateFile(string path, long length = 0)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            PreallocationSize = length,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }

    public static string EntryOf(string folder, string key) => Path.Combine(folder, key + EntryEnd);

    /// <summary>A file to write an entry to before it gets its name.</summary>
    public static string TemporaryOf(string folder, string key) =>
        Path.Combine(folder, $"{key}.{Path.GetRandomFileName()}{TemporaryEnd}");

    /// <summary>The entries, those that were not used for the longest time first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static List<FileInfo> Entries(string folder) =>
        [.. Files(folder, EntryEnd).Where(IsOfEntry).OrderBy(file => file.LastWriteTimeUtc)];

    /// <summary>Entries and secrets that were never finished, because their process ended meanwhile.</summary>
    /// <inheritdoc cref="Entries"/>
    public static IEnumerable<FileInfo> Leftovers(string folder, DateTime now) =>
        Files(folder, TemporaryEnd)
            .Where(file => (IsOfEntry(file) || IsOfSecret(file)) && now - file.LastWriteTimeUtc > WritingTime);

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

    /// <summary>The secret that entries are authenticated with, where there is one: without it they are worth nothing.</summary>
    public static IEnumerable<FileInfo> Secrets(string folder) =>
        new[] { new FileInfo(Path.Combine(folder, CacheSecret.FileName)) }.Where(file => file.Exists);

    private static IEnumerable<FileInfo> Files(string folder, string end)
    {
        DirectoryInfo directory = new(folder);
        return directory.Exists ? directory.EnumerateFiles($"*{end}").Where(file => file.Exists) : [];
    }

    private static bool IsOfEntry(FileInfo file)
    {
        string key = file.Name.Split('.')[0];
        return key.Length == CacheKey.Length && key.All(char.IsAsciiHexDigitLower);
    }

    private static bool IsOfSecret(FileInfo file) => file.Name.Split('.')[0] == CacheSecret.FileName;

    private static string? Below(string? folder, string name) =>
        string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, name);
}
