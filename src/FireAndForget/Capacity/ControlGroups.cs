using System.Globalization;

namespace FireAndForget.Capacity;

/// <summary>
/// The control groups of this process, which limit the memory of a container, in both versions of the kernel's interface
/// (cgroups(7), and the kernel's documents of <c>memory.max</c> and <c>memory.limit_in_bytes</c>). A group's limit holds for all
/// groups in it, so each one up to the root is looked at.
/// </summary>
/// <param name="membership">The file that names them, <c>/proc/self/cgroup</c>.</param>
/// <param name="folder">Where they are, <c>/sys/fs/cgroup</c>.</param>
internal sealed class ControlGroups(string membership, string folder)
{
    /// <summary>The groups that limit memory, with the limit and what is used of it, in bytes.</summary>
    public IEnumerable<(string Name, long Limit, long Used)> Memory()
    {
        // Of version 2 there is one line, "0::/group"; of version 1 one for each controller, "4:memory:/group".
        foreach (string line in ProcFile.Read(membership)?.Split('\n') ?? [])
        {
            string[] parts = line.Split(':', 3);
            if (parts is ["0", "", { } unified])
            {
                foreach (var group in WithParents(unified, folder, "memory.max", "memory.current", ""))
                {
                    yield return group;
                }
            }
            else if (parts is [_, { } controllers, { } path] && controllers.Split(',').Contains("memory"))
            {
                string memory = Path.Combine(folder, "memory");
                foreach (
                    var group in WithParents(path, memory, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_")
                )
                {
                    yield return group;
                }
            }
        }
    }

    /// <summary>
    /// The group and those above it, as far as they have these files. In a container the path is often that outside of it, while only the
    /// group itself is mounted, as the root.
    /// </summary>
    private static IEnumerable<(string Name, long Limit, long Used)> WithParents(
        string path,
        string root,
        string limitFile,
        string usageFile,
        string prefix
    )
    {
        for (string group = path.Trim(); ; group = group[..Math.Max(0, group.LastIndexOf('/'))])
        {
            string at = Path.Join(root, group);
            if (
                ProcFile.Number(ProcFile.Read(Path.Combine(at, limitFile))) is { } limit
                && ProcFile.Number(ProcFile.Read(Path.Combine(at, usageFile))) is { } usage
            )
            {
                yield return (group.Length == 0 ? "/" : group, limit, Math.Max(0, usage - Reclaimable(at, prefix)));
            }

            if (group.Trim('/').Length == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>What the kernel takes back when memory is needed: the contents of files that it keeps.</summary>
    private static long Reclaimable(string group, string prefix)
    {
        long sum = 0;
        foreach (string line in ProcFile.Read(Path.Combine(group, "memory.stat"))?.Split('\n') ?? [])
        {
            string[] parts = line.Split(' ');
            if (
                parts is [{ } name, { } number]
                && (name == $"{prefix}inactive_file" || name == $"{prefix}active_file")
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            )
            {
                sum += bytes;
            }
        }

        return sum;
    }
}
