namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>
/// Counts what an instance of a component is made of: its core instances and those of the components that it instantiates.
/// </summary>
internal sealed class PartsCounter
{
    private readonly List<CoreLimits> _memories = [];
    private readonly List<CoreLimits> _tables = [];
    private int _instances;
    private bool _runsCode;
    private bool _hasHeap;
    private bool _makesObjects;
    private long _hostBytes;

    /// <summary>
    /// The parts, or null where they cannot be known: a core module or component comes from elsewhere. Stops where there are more
    /// than any guest may have.
    /// </summary>
    public static GuestParts? Count(ComponentScope component)
    {
        PartsCounter counter = new();
        return counter.TryAdd(component)
            ? new(
                counter._instances,
                counter._memories,
                counter._tables,
                counter._runsCode,
                counter._hasHeap,
                counter._makesObjects,
                counter._hostBytes
            )
            : null;
    }

    private bool TryAdd(ComponentScope component)
    {
        _runsCode |= component.HasStart;
        foreach (CoreInstance instance in component.CoreInstances)
        {
            if (instance.Module is null)
            {
                continue;
            }

            if (instance.Module.Module is not { } module)
            {
                return false;
            }

            _instances++;
            _memories.AddRange(module.Memories);
            _tables.AddRange(module.Tables);
            _runsCode |= module.HasStart;
            _hasHeap |= module.HasHeap;
            _makesObjects |= module.MakesObjects;
            _hostBytes += module.HostBytes;
        }

        foreach (NestedComponent nested in component.Instantiated)
        {
            if (nested.Scope is null)
            {
                return false;
            }

            // An instance without parts is one too: instances of instances multiply.
            _instances++;
            if (_instances <= MemoryLimits.MostInstances && !TryAdd(nested.Scope))
            {
                return false;
            }
        }

        return true;
    }
}
