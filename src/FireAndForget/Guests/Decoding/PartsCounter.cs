namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Counts what an instance of a component is made of: its core instances and those of the components that it instantiates. It stops
/// at more than a guest may have, so that instances of instances, which multiply, take no time and no memory.
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
    private string? _refusal;

    /// <summary>The parts, or null and why the component is refused: it has too many, or they cannot be known.</summary>
    public static GuestParts? Count(ComponentScope component, out string? refusal)
    {
        PartsCounter counter = new();
        counter.Add(component);
        refusal = counter._refusal ?? MemoryLimits.TooMuchOfTheHost(counter._instances, counter._hostBytes);
        return refusal is null
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

    private void Add(ComponentScope component)
    {
        _runsCode |= component.HasStart;
        foreach (Instantiation made in component.Instantiations)
        {
            if (made.Core is { } instance)
            {
                if (!TryAdd(instance.Module!.Module))
                {
                    return;
                }

                continue;
            }

            // An instance without parts counts too.
            NestedComponent nested = made.Component!.Made!;
            _instances++;
            _refusal ??= nested.Scope is null
                ? Refusals.UncountedParts
                : MemoryLimits.TooMany(_instances, _memories.Count, _tables.Count);
            if (_refusal is not null)
            {
                return;
            }

            Add(nested.Scope!);
            if (_refusal is not null)
            {
                return;
            }
        }
    }

    private bool TryAdd(CoreModule? module)
    {
        if (module is null)
        {
            _refusal = Refusals.UncountedParts;
            return false;
        }

        _instances++;
        _refusal = MemoryLimits.TooMany(
            _instances,
            _memories.Count + module.Memories.Count,
            _tables.Count + module.Tables.Count
        );
        if (_refusal is not null)
        {
            return false;
        }

        _memories.AddRange(module.Memories);
        _tables.AddRange(module.Tables);
        _runsCode |= module.HasStart;
        _hasHeap |= module.HasHeap;
        _makesObjects |= module.MakesObjects;
        _hostBytes += module.HostBytes;
        return true;
    }
}
