using FireAndForget.Capacity;
using Xunit;

namespace FireAndForget.Tests.Capacity;

/// <summary>What a Linux machine says of itself, read from files as its kernel writes them.</summary>
public sealed class LinuxMachineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faf-proc").FullName;
    private readonly string _groups;

    public LinuxMachineTests() => _groups = Path.Combine(_folder, "cgroup");

    private LinuxMachine Machine => new(_folder, _groups);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Look_FilesOfTheKernel_AreReadAsTheyMeanIt()
    {
        Write("self/status", "Name:\tdotnet\nVmPeak:\t  900 kB\nVmSize:\t  2048 kB\nVmRSS:\t  1024 kB\n");
        Write(
            "self/limits",
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max open files            1024                 524288               files
            Max address space         1099511627776        unlimited            bytes
            """
        );
        Write("self/maps", "a\nb\nc\n");
        Write("self/fd/0", "");
        Write("self/fd/1", "");
        Write("sys/vm/max_map_count", "65530\n");
        Write("meminfo", "MemTotal:  2199023255552 kB\nMemFree:  1 kB\nMemAvailable:  1099511627776 kB\n");

        MachineResource[] found = [.. Machine.Look()];

        Assert.Equal([2048L << 10, 3, 2], found[..3].Select(r => r.Used));
        Assert.Equal([1L << 40, 65530, 1024], found[..3].Select(r => r.Limit));
        Assert.Contains("ulimit -v", found[0].Remedy, StringComparison.Ordinal);
        Assert.Contains("vm.max_map_count=262120", found[1].Remedy, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", found[2].Remedy, StringComparison.Ordinal);
        // More than any heap of .NET may have: its limit is another one.
        Assert.Equal((2L << 50, 1L << 50), (found[3].Limit, found[3].Used));
        Assert.Equal(4, found.Length);
        Assert.All(found, r => Assert.True(r.Free > 0, r.Name));
    }

    [Fact]
    public void Look_WithoutALimitOfAddresses_TheProcessorsIsIt()
    {
        Write("self/status", "VmSize:\t  2048 kB\n");
        Write(
            "self/limits",
            "Max open files            unlimited   unlimited   files\nMax address space   unlimited   unlimited   bytes\n"
        );

        MachineResource found = Assert.Single(Machine.Look());

        Assert.Equal(1L << 47, found.Limit);
        // Two memories a component: as many components as fit into the addresses, less what is kept in reserve.
        Assert.InRange(found.Free / found.PerMemory / 2, 15_000, 16_124);
    }

    [Fact]
    public void Look_NothingThere_LimitsNothing() => Assert.Empty(Machine.Look());

    /// <summary>What the kernel keeps of files is given back when memory is needed, and does not count as used.</summary>
    [Fact]
    public void Look_ControlGroupsOfVersion2_EachUpToTheRootLimits()
    {
        Write("self/cgroup", "0::/pods/pod1/app\n");
        Group(
            "pods/pod1/app",
            "memory.max",
            "max",
            "memory.current",
            500,
            "anon 400\ninactive_file 60\nactive_file 40\n"
        );
        Group("pods/pod1", "memory.max", "1000", "memory.current", 700, "anon 1\ninactive_file 200\nactive_file 100\n");
        Group("pods", "memory.max", "9000", "memory.current", 8000, "");

        Assert.Equal(
            [
                ("the memory of the container (control group /pods/pod1), in bytes", 1000, 400),
                ("the memory of the container (control group /pods), in bytes", 9000, 8000),
            ],
            Machine.Look().Select(r => (r.Name, r.Limit, r.Used))
        );
    }

    /// <summary>In a container the group's own files stand at the root, whatever it is called outside.</summary>
    [Theory]
    [InlineData("0::/\n")]
    [InlineData("0::/../../outside\n")]
    [InlineData("0::/docker/0123456789ab\n")]
    public void Look_InAContainer_TheRootIsItsOwnGroup(string membership)
    {
        Write("self/cgroup", membership);
        Group("", "memory.max", "1000", "memory.current", 300, "inactive_file 100\n");

        MachineResource found = Assert.Single(Machine.Look());

        Assert.Equal((1000, 200), (found.Limit, found.Used));
    }

    [Fact]
    public void Look_ControlGroupsOfVersion1_TheMemoryControllerLimits()
    {
        Write(
            "self/cgroup",
            "12:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n1:name=systemd:/docker/ab\n0::/docker/ab\n"
        );
        Group(
            "memory",
            "memory.limit_in_bytes",
            "1000",
            "memory.usage_in_bytes",
            600,
            "inactive_file 1\ntotal_inactive_file 150\ntotal_active_file 50\n"
        );

        MachineResource found = Assert.Single(Machine.Look());

        Assert.Equal((1000, 400), (found.Limit, found.Used));
    }

    [Fact]
    public void Look_ThisMachine_HasRoom()
    {
        if (LinuxMachine.Create() is { } machine)
        {
            MachineResource[] found = [.. machine.Look()];

            Assert.NotEmpty(found);
            Assert.All(found, r => Assert.InRange(r.Used, 1, r.Limit));
        }
    }

    private void Group(string group, string limitFile, string limit, string usageFile, long usage, string stat)
    {
        Write($"cgroup/{group}/{limitFile}", $"{limit}\n");
        Write($"cgroup/{group}/{usageFile}", $"{usage}\n");
        Write($"cgroup/{group}/memory.stat", stat);
    }

    private void Write(string file, string text)
    {
        string path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
