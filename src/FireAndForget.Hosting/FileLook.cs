using System.Globalization;

namespace FireAndForget.Hosting;

/// <summary>What can be known of a file without opening it.</summary>
/// <param name="Mark">
/// A text that changes when the file does: its path behind all links, its length and its time. Links are followed, because a file behind a
/// link may change while the link stays as it is.
/// </param>
/// <param name="Refusal">Why it is not to be opened; null where it may be.</param>
internal readonly record struct FileLook(string Mark, string? Refusal)
{
    /// <summary>As many links as Linux follows.</summary>
    private const int MostLinks = 40;

    /// <summary>Looks at a file.</summary>
    public static FileLook At(string path)
    {
        try
        {
            FileInfo file = new(Real(Path.GetFullPath(path), MostLinks));
            if (!file.Exists)
            {
                // Loading it tells that.
                return new(path, null);
            }

            string mark = string.Create(
                CultureInfo.InvariantCulture,
                $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"
            );
            // Pipes and devices have no length. To open a pipe waits for somebody who writes, which may be for ever.
            return new(
                mark,
                file.Length == 0
                    ? $"{path}: it is empty, or a pipe or device, and only regular files are opened. Put one there."
                    : null
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It cannot be looked at; loading it tells why.
            return new(path, null);
        }
    }

    /// <summary>The path without links, neither of the file nor of the folders above it.</summary>
    /// <exception cref="IOException">They lead in a circle.</exception>
    private static string Real(string path, int linksLeft)
    {
        if (Path.GetDirectoryName(path) is not { } above)
        {
            return path;
        }

        above = Real(above, linksLeft);
        string real = Path.Combine(above, Path.GetFileName(path));
        if (new FileInfo(real).LinkTarget is not { } target)
        {
            return real;
        }

        return linksLeft > 0
            ? Real(Path.GetFullPath(target, above), linksLeft - 1)
            : throw new IOException($"{path}: there are too many links.");
    }
}
