using System.Globalization;

namespace FireAndForget.Capacity;

/// <summary>
/// Refuses the component that would be one too many for the machine while all is well: beyond some of a machine's limits .NET
/// itself ends. It looks at the machine seldom while there is much room, and at each component when it gets tight.
/// </summary>
internal sealed class MachineGuard(IMachine? machine)
{
    /// <summary>The most that may be loaded before the machine is looked at again, because others use it too.</summary>
    private static readonly MachineNeed MostBetweenLooks = new(Memories: 512, Modules: 512);

    private readonly Lock _lock = new();

    /// <summary>What may still be loaded of each resource before the next look; null before the first one.</summary>
    private Allowance[]? _allowances;

    /// <summary>Checks that there is room for what is about to be loaded, and takes it.</summary>
    /// <exception cref="ComponentLoadException">There is none. The text names the limit and what to change.</exception>
    public void CheckRoomFor(MachineNeed need)
    {
        if (machine is null)
        {
            return;
        }

        lock (_lock)
        {
            if (
                _allowances is null
                || Array.Exists(_allowances, allowance => allowance.Left < allowance.Resource.TakenBy(need))
            )
            {
                _allowances = Look(need);
            }

            for (int i = 0; i < _allowances.Length; i++)
            {
                _allowances[i].Left -= _allowances[i].Resource.TakenBy(need);
            }
        }
    }

    /// <summary>Looks at the machine.</summary>
    /// <returns>For each resource half of what is free, so that the loads that share one look cannot use up its reserve.</returns>
    private Allowance[] Look(MachineNeed need)
    {
        IReadOnlyList<MachineResource> resources = machine!.Look();
        foreach (MachineResource resource in resources)
        {
            if (resource.TakenBy(need) > resource.Free)
            {
                throw new ComponentLoadException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the machine has no room for it: {resource.Used} of {resource.Limit} are used of {resource.Name}, "
                            + $"and it may take {resource.TakenBy(need)}; {resource.Remedy}."
                    )
                );
            }
        }

        return
        [
            .. resources.Select(resource => new Allowance(
                resource,
                Math.Max(resource.TakenBy(need), Math.Min(resource.Free / 2, resource.TakenBy(MostBetweenLooks)))
            )),
        ];
    }

    private struct Allowance(MachineResource resource, long left)
    {
        public MachineResource Resource { get; } = resource;

        public long Left { get; set; } = left;
    }
}
