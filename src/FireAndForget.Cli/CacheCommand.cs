using FireAndForget.Guests.Compiling;
using FireAndForget.Wording;

namespace FireAndForget.Cli;

/// <summary>
/// <c>faf cache</c>: shows and empties the compile cache that <c>faf</c>, and every host that names no other folder, uses for this
/// user.
/// </summary>
internal static class CacheCommand
{
    /// <summary>Lists the files that have entries, the one that was used last first, and their sum.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">There is no cache, or it cannot be read.</exception>
    public static int List(bool json)
    {
        string folder = Folder();
        List<CachedFile> files;
        try
        {
            files = CachedFile.In(CacheFolder.Entries(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"{folder}: the folder cannot be read: {e.Message}");
        }

        long bound = new CompileCacheOptions().MaxBytes;
        if (json)
        {
            CacheReport.WriteJson(folder, files, bound);
        }
        else
        {
            CacheReport.WriteText(folder, files, bound);
        }

        return ExitCode.Done;
    }

    /// <summary>Deletes all entries and the secret that they are authenticated with, and nothing else that lies there.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">There is no cache, or not all of it can be deleted.</exception>
    public static int Clear()
    {
        string folder = Folder();
        try
        {
            List<FileInfo> entries = CacheFolder.Entries(folder);
            long bytes = entries.Sum(entry => entry.Length);
            List<FileInfo> left =
            [
                .. entries
                    .Concat(CacheFolder.Leftovers(folder, DateTime.UtcNow))
                    .Concat(CacheFolder.Secrets(folder))
                    .Where(e => !CacheFolder.TryDelete(e)),
            ];
            if (left.Count != 0)
            {
                throw new CommandException(
                    ExitCode.Failed,
                    $"{left[0].FullName}: cannot be deleted, nor can {left.Count - 1} others; see who uses them and whose they are."
                );
            }

            Console.Out.WriteLine(
                $"{PlainText.Escape(folder)}: {entries.Count} entries, {CacheReport.Size(bytes)}, deleted"
            );
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"{folder}: the folder cannot be read: {e.Message}");
        }
    }

    private static string Folder() =>
        CacheFolder.Default() switch
        {
            null => throw new CommandException(
                ExitCode.Failed,
                $"This user has no folder for caches; set {CacheFolder.Variable} to one."
            ),
            CacheFolder.Off => throw new CommandException(
                ExitCode.Failed,
                $"The compile cache is off, because {CacheFolder.Variable} is '{CacheFolder.Off}'; set it to a folder, or unset it."
            ),
            { } folder => folder,
        };
}
