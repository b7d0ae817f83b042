// What the process holds of memory at one moment, after what nobody needs has been collected.

namespace FireAndForget.Benchmarks.Suites;

internal readonly record struct MemorySnapshot(double Resident, double Managed)
{
    public static MemorySnapshot Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        double managed = GC.GetTotalMemory(forceFullCollection: true);
        return new(Environment.WorkingSet, managed);
    }
}
