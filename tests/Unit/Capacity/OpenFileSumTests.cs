using FireAndForget.Capacity;
using Xunit;

namespace FireAndForget.Tests.Capacity;

/// <summary>All guests together leave descriptors to the rest of the process.</summary>
public class OpenFileSumTests
{
    [Fact]
    public void TryTake_UpToTheMost_Takes()
    {
        OpenFileSum files = new(3);

        Assert.True(files.TryTake(2));
        Assert.False(files.TryTake(2));
        Assert.True(files.TryTake(1));
        Assert.False(files.TryTake(1));

        files.GiveBack(2);
        Assert.True(files.TryTake(2));
    }

    [Fact]
    public void OfProcess_OfALimit_IsHalfOfIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems tell no limit.");
        long limit = File.ReadLines("/proc/self/limits")
            .Single(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(3)
            .Select(text => long.TryParse(text, out long number) ? number : 8192)
            .First();

        Assert.Equal(limit / 2, OpenFileSum.OfProcess.Most);
    }
}
