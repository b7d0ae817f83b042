using System.Globalization;
using FireAndForget.Wording;

namespace FireAndForget.Cli;

/// <summary>What <c>faf cache list</c> writes: a JSON object a line, the last one the sum, or a table for a person.</summary>
internal static class CacheReport
{
    public static void WriteJson(string folder, IReadOnlyList<CachedFile> files, long bound)
    {
        foreach (CachedFile file in files)
        {
            JsonLine.Write(json =>
            {
                json.WriteString("file", file.Source);
                json.WriteNumber("entries", file.Entries);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteString("last-used", file.LastUsed);
            });
        }

        JsonLine.Write(json =>
        {
            json.WriteString("folder", folder);
            json.WriteNumber("entries", files.Sum(file => file.Entries));
            json.WriteNumber("bytes", files.Sum(file => file.Bytes));
            json.WriteNumber("max-bytes", bound);
        });
    }

    public static void WriteText(string folder, IReadOnlyList<CachedFile> files, long bound)
    {
        foreach (CachedFile file in files)
        {
            string used = file.LastUsed.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            string source = file.Source is null ? "damaged, will be replaced" : PlainText.Escape(file.Source);
            Console.Out.WriteLine($"{used}  {Size(file.Bytes), 10}  {source}");
        }

        Console.Out.WriteLine(
            $"{PlainText.Escape(folder)}: {files.Sum(f => f.Entries)} entries, {Size(files.Sum(f => f.Bytes))} of {Size(bound)}"
        );
    }

    public static string Size(long bytes) =>
        bytes switch
        {
            < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
            < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB"),
        };
}
