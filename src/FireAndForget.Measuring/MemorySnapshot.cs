namespace FireAndForget.Measuring;

/// <summary>The memory of the process at one moment, after a garbage collection.</summary>
/// <param name="Resident">Resident memory, in bytes.</param>
/// <param name="Managed">Of it what the garbage collector manages, in bytes.</param>
public readonly record struct MemorySnapshot(double Resident, double Managed)
{
    /// <summary>Collects garbage, and measures.</summary>
    /// <returns>The memory that is held afterwards.</returns>
    public static MemorySnapshot Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        double managed = GC.GetTotalMemory(forceFullCollection: true);
        return new(Environment.WorkingSet, managed);
    }
}
