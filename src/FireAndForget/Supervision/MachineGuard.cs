using System.Globalization;

namespace FireAndForget.Supervision;

/// <summary>
/// Refuses the component that would be one too many for the machine while all is well: beyond some of a machine's limits .NET
/// itself ends. It looks at the machine seldom while there is much room, and at each component when it gets tight.
/// </summary>
internal sealed class MachineGuard(IMachine? machine)
{
    /// <summary>So many memories are let in on one look at most, because others use the machine too.</summary>
    private const long MostOnOneLook = 128;

    private readonly Lock _lock = new();
    private long _letIn;

    /// <summary>Sees that there is room for a component.</summary>
    /// <param name="memories">How many linear memories it has, its courier's included.</param>
    /// <exception cref="ComponentLoadException">There is none: which limit, and what to change.</exception>
    public void CheckRoomFor(int memories)
    {
        if (machine is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_letIn < memories)
            {
                _letIn = RoomFor(memories);
            }

            _letIn -= memories;
        }
    }

    private long RoomFor(int memories)
    {
        MachineResource? tightest = machine!.Look().MinBy(resource => resource.Room);
        if (tightest is null)
        {
            return MostOnOneLook + memories;
        }

        if (tightest.Room < memories)
        {
            throw new ComponentLoadException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the machine has no room for it: {tightest.Used} of {tightest.Limit} are used of {tightest.Name}; "
                        + $"{tightest.Remedy}."
                )
            );
        }

        return Math.Max(memories, Math.Min(tightest.Room / 2, MostOnOneLook));
    }
}
