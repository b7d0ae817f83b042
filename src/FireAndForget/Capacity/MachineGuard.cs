using System.Globalization;

namespace FireAndForget.Capacity;

/// <summary>
/// Refuses the component that would be one too many for the machine while all is well: beyond some of a machine's limits .NET
/// itself ends. It looks at the machine seldom while there is much room, and at each component when it gets tight.
/// </summary>
internal sealed class MachineGuard(IMachine? machine)
{
    /// <summary>What may be let in on one look at most, because others use the machine too.</summary>
    private static readonly MachineNeed MostOnOneLook = new(Memories: 512, Modules: 512);

    private readonly Lock _lock = new();

    /// <summary>What was free of each resource at the last look, of which what was let in since is taken; null: not looked yet.</summary>
    private Share[]? _shares;

    /// <summary>Sees that there is room for what is about to be loaded.</summary>
    /// <exception cref="ComponentLoadException">There is none: which limit, and what to change.</exception>
    public void CheckRoomFor(MachineNeed need)
    {
        if (machine is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_shares is null || Array.Exists(_shares, share => share.Left < share.Resource.TakenBy(need)))
            {
                _shares = Look(need);
            }

            for (int i = 0; i < _shares.Length; i++)
            {
                _shares[i].Left -= _shares[i].Resource.TakenBy(need);
            }
        }
    }

    /// <summary>Looks at the machine.</summary>
    /// <returns>For each resource half of what is free, so that the loads that share one look cannot use up its reserve.</returns>
    private Share[] Look(MachineNeed need)
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
            .. resources.Select(resource => new Share(
                resource,
                Math.Max(resource.TakenBy(need), Math.Min(resource.Free / 2, resource.TakenBy(MostOnOneLook)))
            )),
        ];
    }

    private struct Share(MachineResource resource, long left)
    {
        public MachineResource Resource { get; } = resource;

        public long Left { get; set; } = left;
    }
}
