using FireAndForget.Tests.Soak;
using Xunit;

namespace FireAndForget.Tests.Search;

/// <summary>The bounds within which a host that lives on may hold more.</summary>
public class FootprintTests
{
    private const long Mib = 1 << 20;

    private static readonly Footprint First = new(80 * Mib, 800 * Mib, Threads: ["a", "b"], Handles: ["x"]);

    [Fact]
    public void GrowthSince_WithinTheBounds_IsNone() =>
        Assert.Empty((First with { Managed = 106 * Mib, Resident = 1156 * Mib }).GrowthSince(First));

    [Fact]
    public void GrowthSince_BeyondTheBounds_IsNamed()
    {
        Footprint last = First with { Managed = 107 * Mib, Resident = 1157 * Mib };

        Assert.Equal(
            [
                "managed memory grew from 80 MiB to 107 MiB, and may to 106 MiB",
                "resident memory grew from 800 MiB to 1157 MiB, and may to 1156 MiB",
            ],
            last.GrowthSince(First)
        );
    }

    [Fact]
    public void LeftSince_AThreadAndAHandle_AreNamed() =>
        Assert.Equal(
            [
                "3 threads are left, and there were 2 before; new are b",
                "2 handles are left, and there were 1 before; new are y",
            ],
            (First with { Threads = ["b", "b", "a"], Handles = ["x", "y"] }).LeftSince(First)
        );

    [Fact]
    public void LeftSince_Fewer_IsRight() =>
        Assert.Empty((First with { Threads = ["c"], Handles = [] }).LeftSince(First));
}
