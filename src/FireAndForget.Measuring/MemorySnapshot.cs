namespace FireAndForget.Measuring;

/// <summary>What the process holds of memory at one moment, after what nobody needs has been collected.</summary>
/// <param name="Resident">Resident memory, in bytes.</param>
/// <param name="Managed">Of it what the garbage collector manages, in bytes.</param>
public readonly record struct MemorySnapshot(double Resident, double Managed)
{
    /// <summary>Collects garbage, and looks.</summary>
    /// <returns>What is held.</returns>
    public static MemorySnapshot Take()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        double managed = GC.GetTotalMemory(forceFullCollection: true);
        return new(Environment.WorkingSet, managed);
    }
}
