using System.Globalization;

namespace FireAndForget.Capacity;

/// <summary>Reads the small text files in which a Linux kernel describes a process and the machine.</summary>
internal static class ProcFile
{
    /// <summary>The whole text; null where it cannot be read.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A whole number that is all of a text; null where it is something else, such as <c>max</c> or <c>unlimited</c>.</summary>
    public static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
