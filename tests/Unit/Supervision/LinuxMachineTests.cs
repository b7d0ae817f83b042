using FireAndForget.Supervision;
using Xunit;

namespace FireAndForget.Tests.Supervision;

/// <summary>What a Linux machine says of itself, read from files as its kernel writes them.</summary>
public sealed class LinuxMachineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faf-proc").FullName;

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
        Write("meminfo", "MemTotal:  2097152 kB\nMemFree:  1 kB\nMemAvailable:  1048576 kB\n");

        MachineResource[] found = [.. new LinuxMachine(_folder).Look()];

        Assert.Equal([2048L << 10, 3, 2], found[..3].Select(r => r.Used));
        Assert.Equal([1L << 40, 65530, 1024], found[..3].Select(r => r.Limit));
        Assert.Contains("ulimit -v", found[0].Remedy, StringComparison.Ordinal);
        Assert.Contains("vm.max_map_count=262120", found[1].Remedy, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", found[2].Remedy, StringComparison.Ordinal);
        Assert.Equal(2L << 30, found[3].Limit);
        Assert.Equal(1L << 30, found[3].Used);
        Assert.All(found, r => Assert.True(r.Room > 0, r.Name));
    }

    [Fact]
    public void Look_WithoutALimitOfAddresses_TheProcessorsIsIt()
    {
        Write("self/status", "VmSize:\t  2048 kB\n");
        Write(
            "self/limits",
            "Max open files            unlimited   unlimited   files\nMax address space   unlimited   unlimited   bytes\n"
        );

        MachineResource found = Assert.Single(new LinuxMachine(_folder).Look());

        Assert.Equal(1L << 47, found.Limit);
        // Two memories a component: as many components as fit into the addresses, less what is kept in reserve.
        Assert.InRange(found.Room / 2, 15_000, 16_124);
    }

    [Fact]
    public void Look_NothingThere_LimitsNothing() => Assert.Empty(new LinuxMachine(_folder).Look());

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

    private void Write(string file, string text)
    {
        string path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
