using CsCheck;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>A limit for the sum of a guest's memories, as one for each single memory.</summary>
public class MemoryLimitsTests
{
    private const long Page = 65536;

    [Theory]
    [InlineData(1024, 1024)]
    [InlineData(2, 2)]
    public void ForEachMemory_One_MayUseItAll(int limit, int expected) =>
        Assert.Equal(expected, Pages(limit, new CoreLimits(1, null)));

    [Fact]
    public void ForEachMemory_Two_ShareIt() => Assert.Equal(512, Pages(1024, new(1, null), new(1, null)));

    [Fact]
    public void ForEachMemory_OneThatCannotGrow_LeavesTheRestToTheOther() =>
        Assert.Equal(1000, Pages(1024, new(24, 24), new(1, null)));

    /// <summary>Two that start with 600 pages and 1 within a limit of 1,024: neither may grow far, but both may start.</summary>
    [Fact]
    public void WhileInstantiating_OneThatStartsLarge_LetsItStartWhereNoCodeRuns()
    {
        DirectPlan plan = Plan([new(600, null), new(1, null)], []);
        long each = MemoryLimits.ForEachMemory(plan.Parts, new() { MemoryBytes = 1024 * Page });

        Assert.Equal(424, each / Page);
        Assert.Equal(600, MemoryLimits.WhileInstantiating(plan.Modules[0], each) / Page);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void WhileInstantiating_OneThatStartsLargeWhileOthersGrow_SaysWhatToDo(bool hasStart, bool makesObjects)
    {
        DirectPlan plan = Plan([new(600, null), new(1, null)], [], hasStart, makesObjects);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            MemoryLimits.WhileInstantiating(plan.Modules[0], 424 * Page)
        );

        Assert.Contains("starts with 39321600 bytes", e.Message, StringComparison.Ordinal);
        Assert.Contains("each may have 27787264", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("raise memory-bytes to load it.", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The engine limits the heap of objects as it limits each memory.</summary>
    [Fact]
    public void ForEachMemory_AHeap_IsOneMore()
    {
        DirectPlan plan = Plan([new(1, null)], [], hasHeap: true);

        Assert.Equal(512, MemoryLimits.ForEachMemory(plan.Parts, new() { MemoryBytes = 1024 * Page }) / Page);
        Assert.Equal(1024 * Page, MemoryLimits.MostMemory(plan.Parts, new() { MemoryBytes = 1024 * Page }));
    }

    [Fact]
    public void ForEachMemory_AHeapBesideAMemoryThatCannotGrow_HasTheRest() =>
        Assert.Equal(
            1000,
            MemoryLimits.ForEachMemory(
                Plan([new(24, 24)], [], hasHeap: true).Parts,
                new() { MemoryBytes = 1024 * Page }
            ) / Page
        );

    [Fact]
    public void TablesWhileInstantiating_OneThatStartsLarge_LetsItStart()
    {
        DirectPlan plan = Plan([], [new(60, null), new(1, null)]);
        long each = MemoryLimits.ForEachTable(plan.Parts, new() { TableElements = 100 });

        Assert.Equal((40, 60), (each, MemoryLimits.TablesWhileInstantiating(plan.Modules[0], each)));
    }

    [Fact]
    public void ForEachMemory_LargestLimit_IsPlenty()
    {
        DirectPlan plan = Plan([new(1, null)], []);

        Assert.True(MemoryLimits.ForEachMemory(plan.Parts, new() { MemoryBytes = long.MaxValue }) >= 1L << 32);
    }

    [Fact]
    public void ForEachMemory_InitialTooLarge_SaysHowMuchAndTheLimit()
    {
        DirectPlan plan = Plan([new(3, null), new(4, 9)], []);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            MemoryLimits.ForEachMemory(plan.Parts, new() { MemoryBytes = (7 * Page) - 1 })
        );

        Assert.Equal(
            "its memories start with 458752 bytes and its limit is 458751; raise memory-bytes to load it.",
            e.Message
        );
    }

    [Fact]
    public void ForEachTable_InitialTooLarge_SaysHowMuchAndTheLimit()
    {
        DirectPlan plan = Plan([], [new(10, null), new(ulong.MaxValue, null)]);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            MemoryLimits.ForEachTable(plan.Parts, new() { TableElements = 11 })
        );

        Assert.Contains("18446744073709551625 elements", e.Message, StringComparison.Ordinal);
        Assert.Contains("table-elements", e.Message, StringComparison.Ordinal);
    }

    /// <summary>However they grow within the single limit, the sum keeps the whole one.</summary>
    [Fact]
    public void ForEachTable_Any_SumNeverExceedsTheLimit()
    {
        Gen<CoreLimits> table = Gen.Select(
            Gen.ULong[0, 50],
            Gen.ULong[0, 100],
            Gen.Bool,
            (min, more, bounded) => new CoreLimits(min, bounded ? min + more : null)
        );
        Gen.Select(table.Array[0, 5], Gen.Long[0, 400])
            .Sample(
                (tables, limit) =>
                {
                    ulong initial = tables.Aggregate(0UL, (sum, t) => sum + t.Minimum);
                    DirectPlan plan = Plan([], tables);
                    LimitOptions limits = new() { TableElements = limit };
                    if (initial > (ulong)limit)
                    {
                        Assert.Throws<ComponentLoadException>(() => MemoryLimits.ForEachTable(plan.Parts, limits));
                        return;
                    }

                    long each = MemoryLimits.ForEachTable(plan.Parts, limits);
                    ulong most = tables.Aggregate(
                        0UL,
                        (sum, t) => sum + Math.Max(t.Minimum, Math.Min(t.Maximum ?? ulong.MaxValue, (ulong)each))
                    );
                    Assert.InRange(each, 0, limit);
                    Assert.InRange(most, initial, (ulong)limit);
                },
                iter: 3000
            );
    }

    private static long Pages(int limit, params CoreLimits[] memories) =>
        MemoryLimits.ForEachMemory(Plan(memories, []).Parts, new() { MemoryBytes = limit * Page }) / Page;

    private static DirectPlan Plan(
        CoreLimits[] memories,
        CoreLimits[] tables,
        bool hasStart = false,
        bool makesObjects = false,
        bool hasHeap = false
    )
    {
        CoreExport export = new(0, "x");
        return new(
            IsComponent: false,
            [new(ReadOnlyMemory<byte>.Empty, memories, tables, hasStart, hasHeap, makesObjects)],
            [new(0, [])],
            HandleMessage: export,
            Memory: export,
            Realloc: export,
            PostReturn: null
        );
    }
}
