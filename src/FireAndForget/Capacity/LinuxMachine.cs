namespace FireAndForget.Capacity;

/// <summary>
/// A Linux machine as its kernel describes it to this process in <c>/proc</c> (proc(5)). Where a limit cannot be read, none is assumed.
/// </summary>
/// <param name="folder">Where <c>/proc</c> is.</param>
/// <param name="groups">Where the control groups are.</param>
internal sealed class LinuxMachine(string folder = "/proc", string groups = "/sys/fs/cgroup") : IMachine
{
    /// <summary>What a process can address on all processors that run .NET on Linux: 47 bits.</summary>
    private const long Addresses = 1L << 47;

    /// <summary>The engine reserves 4 GiB for a memory, so that no access need be checked, and pages around it.</summary>
    private const long AddressesPerMemory = (4L << 30) + (128L << 20);

    /// <summary>The pages that an instance with one small memory uses from its start, in bytes.</summary>
    private const long BytesPerMemory = 256 << 10;

    /// <summary>The mappings of a memory, its guard pages, and the instance that has it.</summary>
    private const long MappingsPerMemory = 8;

    /// <summary>The parts of a module's code have different protections, so each is a mapping: what stands before the code, the code, and what follows.</summary>
    private const long MappingsPerModule = 3;

    private readonly ControlGroups _groups = new(Path.Combine(folder, "self/cgroup"), groups);

    public static LinuxMachine? Create() => OperatingSystem.IsLinux() ? new() : null;

    /// <summary>How many files the process may have open; null where the kernel does not say.</summary>
    public long? MostOpenFiles => ReadLimit("Max open files");

    public IReadOnlyList<MachineResource> Look()
    {
        List<MachineResource> resources = [];
        AddAddresses(resources);
        AddMappings(resources);
        AddFiles(resources);
        AddMemory(resources);
        return resources;
    }

    private void AddAddresses(List<MachineResource> resources)
    {
        if (ReadStatus("VmSize") is not { } used)
        {
            return;
        }

        long limit = Math.Min(Addresses, ReadLimit("Max address space") ?? Addresses);
        string remedy = limit == Addresses ? "" : "raise it (ulimit -v), or ";
        resources.Add(
            new(
                "the address space of a process, in bytes",
                $"{remedy}load fewer components, or some of them in another process",
                used,
                limit,
                AddressesPerMemory,
                limit / 64
            )
        );
    }

    private void AddMappings(List<MachineResource> resources)
    {
        if (Read("sys/vm/max_map_count") is { } text && ProcFile.Number(text) is { } limit)
        {
            long used = CountLines("self/maps");
            resources.Add(
                new(
                    "the kernel's limit of memory mappings",
                    $"raise it (sysctl -w vm.max_map_count={limit * 4}), or load fewer components in this process",
                    used,
                    limit,
                    MappingsPerMemory,
                    limit / 16,
                    MappingsPerModule
                )
            );
        }
    }

    private void AddFiles(List<MachineResource> resources)
    {
        if (MostOpenFiles is { } limit)
        {
            resources.Add(
                new(
                    "the limit of open files",
                    "raise it (ulimit -n), or close some",
                    CountEntries("self/fd"),
                    limit,
                    PerMemory: 1,
                    Math.Min(32, limit / 16)
                )
            );
        }
    }

    private void AddMemory(List<MachineResource> resources)
    {
        if (ReadLine("meminfo", "MemAvailable") is { } available && ReadLine("meminfo", "MemTotal") is { } total)
        {
            AddMemory(resources, "the machine's memory, in bytes", total, total - available);
        }

        foreach ((string name, long limit, long used) in _groups.Memory())
        {
            AddMemory(resources, $"the memory of the container (control group {name}), in bytes", limit, used);
        }
    }

    private static void AddMemory(List<MachineResource> resources, string name, long limit, long used) =>
        resources.Add(
            new(
                name,
                "give it more, or load fewer components",
                used,
                limit,
                BytesPerMemory,
                Math.Min(256L << 20, limit / 16)
            )
        );

    private long? ReadStatus(string name) => ReadLine("self/status", name);

    /// <summary>The value of a line such as <c>VmSize: 1024 kB</c>, in bytes; null where there is no such line.</summary>
    private long? ReadLine(string file, string name)
    {
        string? line = Read(file)?.Split('\n').FirstOrDefault(l => l.StartsWith($"{name}:", StringComparison.Ordinal));
        return line is null
            ? null
            : ProcFile.Number(line[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal)) * 1024;
    }

    /// <summary>The soft limit of a line of <c>/proc/self/limits</c>; null where there is none.</summary>
    private long? ReadLimit(string name)
    {
        string? line = Read("self/limits")
            ?.Split('\n')
            .FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line is null ? null : ProcFile.Number(line[name.Length..].TrimStart().Split(' ')[0]);
    }

    private string? Read(string file) => ProcFile.Read(Path.Combine(folder, file));

    private long CountLines(string file)
    {
        try
        {
            return File.ReadLines(Path.Combine(folder, file)).LongCount();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private long CountEntries(string name)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(folder, name)).LongCount();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
