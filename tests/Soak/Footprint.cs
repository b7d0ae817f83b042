using System.Diagnostics;

namespace FireAndForget.Tests.Soak;

/// <summary>What the process holds at a moment when nothing moves.</summary>
/// <param name="Managed">Managed memory after a collection, in bytes.</param>
/// <param name="Resident">Memory that the system has given the process, in bytes.</param>
/// <param name="Threads">The names of threads that are not the runtime's own; none where the system does not tell them.</param>
/// <param name="Handles">What the open handles are of; none where the system does not tell that.</param>
internal sealed record Footprint(
    long Managed,
    long Resident,
    IReadOnlyList<string> Threads,
    IReadOnlyList<string> Handles
)
{
    // Linux has both.
    private const string ThreadFolder = "/proc/self/task";
    private const string HandleFolder = "/proc/self/fd";

    public static Footprint Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        return new(GC.GetTotalMemory(false), self.WorkingSet64, OwnThreads(), OpenHandles());
    }

    /// <summary>What has grown further than memory may that is used again and again: an eighth and a fixed part.</summary>
    public IEnumerable<string> GrowthSince(Footprint first)
    {
        long managed = first.Managed + (first.Managed / 8) + (16 << 20);
        long resident = first.Resident + (first.Resident / 8) + (256 << 20);
        if (Managed > managed)
        {
            yield return $"managed memory grew from {Mib(first.Managed)} to {Mib(Managed)}, and may to {Mib(managed)}";
        }

        if (Resident > resident)
        {
            yield return $"resident memory grew from {Mib(first.Resident)} to {Mib(Resident)}, and may to {Mib(resident)}";
        }
    }

    /// <summary>What the host has left behind, compared with the time before it.</summary>
    public IEnumerable<string> LeftSince(Footprint before)
    {
        foreach (
            (string what, IReadOnlyList<string> now, IReadOnlyList<string> then) in new[]
            {
                ("threads", Threads, before.Threads),
                ("handles", Handles, before.Handles),
            }
        )
        {
            if (now.Count > then.Count)
            {
                List<string> more = [.. now];
                then.ToList().ForEach(one => more.Remove(one));
                yield return $"{now.Count} {what} are left, and there were {then.Count} before; new are {string.Join(", ", more)}";
            }
        }
    }

    public override string ToString() => $"managed {Mib(Managed)}, resident {Mib(Resident)}, {Handles.Count} handles";

    private static string Mib(long bytes) => $"{bytes >> 20} MiB";

    /// <summary>The runtime's threads and those of its pool come and go as it likes.</summary>
    private static string[] OwnThreads() =>
        !Directory.Exists(ThreadFolder)
            ? []
            :
            [
                .. Directory
                    .GetDirectories(ThreadFolder)
                    .Select(NameOf)
                    .OfType<string>()
                    .Where(name => !name.StartsWith(".NET", StringComparison.Ordinal)),
            ];

    /// <summary>Without assemblies, which the runtime opens when they are first needed, and keeps.</summary>
    private static string[] OpenHandles() =>
        !Directory.Exists(HandleFolder)
            ? []
            :
            [
                .. Directory
                    .GetFiles(HandleFolder)
                    .Select(file => new FileInfo(file).LinkTarget)
                    .OfType<string>()
                    .Where(target => !target.EndsWith(".dll", StringComparison.Ordinal)),
            ];

    private static string? NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).Trim();
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
    }
}
