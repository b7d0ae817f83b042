using System.Runtime.InteropServices;

namespace FireAndForget.Routing;

/// <summary>
/// Routes that belong to no sender, one for each target, used by all guests that may send to the target. Otherwise each guest that
/// may send to thousands of targets would have thousands of routes of its own. They are found by the bytes in which guests name a
/// target, without a lock.
/// </summary>
/// <remarks>
/// A table with open addressing, at most half full. Entries are written under the lock and read without: a reader compares the target
/// with what it finds, so that an entry that it sees half written is taken for not found, and the route is looked for elsewhere.
/// </remarks>
internal sealed class SharedRoutes : IRouteKeeper
{
    private const int LeastEntries = 64;

    private readonly Lock _writing = new();
    private volatile Entry[] _entries = new Entry[LeastEntries];

    /// <summary>How many entries are not free, also those whose route was forgotten.</summary>
    private int _used;

    /// <summary>The hash of a target. It need not resist chosen targets, because only registered ids get into the table.</summary>
    public static uint Hash(ReadOnlySpan<byte> target)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ulong mixed = (ulong)target.Length;
        while (target.Length >= sizeof(ulong))
        {
            mixed = (mixed ^ MemoryMarshal.Read<ulong>(target)) * Multiplier;
            mixed ^= mixed >> 32;
            target = target[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte b in target)
        {
            rest = (rest << 8) | b;
        }

        mixed = (mixed ^ rest) * Multiplier;
        // 0 is the hash of a free entry.
        return (uint)(mixed >> 32) | 1;
    }

    /// <summary>The route to a target; null where there is none that is not stale.</summary>
    public Route? Find(ReadOnlySpan<byte> target, uint hash)
    {
        Entry[] entries = _entries;
        for (uint i = Start(hash, entries); ; i++)
        {
            ref Entry entry = ref entries[i & (entries.Length - 1)];
            uint found = Volatile.Read(ref entry.Hash);
            if (found == 0)
            {
                return null;
            }

            if (found == hash && entry.Route is { IsStale: false } route && target.SequenceEqual(route.TargetBytes))
            {
                return route;
            }
        }
    }

    /// <summary>Keeps a route until it is stale. Where there is one to its target already, that one stays.</summary>
    /// <returns>The route that is kept.</returns>
    public Route Add(Route route)
    {
        Route kept = FindOrPlace(route);
        if (kept != route)
        {
            route.Expire();
        }
        else if (route.IsStale)
        {
            // The route became stale before it was added, so Forget has not found it.
            Forget(route);
        }

        return kept;
    }

    public void Forget(Route route)
    {
        lock (_writing)
        {
            uint hash = Hash(route.TargetBytes);
            for (uint i = Start(hash, _entries); ; i++)
            {
                ref Entry entry = ref _entries[i & (_entries.Length - 1)];
                if (entry.Hash == 0)
                {
                    return;
                }

                if (entry.Route == route)
                {
                    // The entry stays in use, so that a search goes on to the entries behind it.
                    entry.Route = null;
                    return;
                }
            }
        }
    }

    private Route FindOrPlace(Route route)
    {
        lock (_writing)
        {
            uint hash = Hash(route.TargetBytes);
            if (Find(route.TargetBytes, hash) is { } kept)
            {
                return kept;
            }

            if (2 * (_used + 1) > _entries.Length)
            {
                Rebuild();
            }

            Place(_entries, route, hash);
            _used++;
            return route;
        }
    }

    /// <summary>Rebuilds the table without forgotten routes, with room for as many again.</summary>
    private void Rebuild()
    {
        Route[] kept = [.. _entries.Select(entry => entry.Route).OfType<Route>()];
        int size = LeastEntries;
        while (size < 4 * kept.Length)
        {
            size *= 2;
        }

        Entry[] entries = new Entry[size];
        foreach (Route route in kept)
        {
            Place(entries, route, Hash(route.TargetBytes));
        }

        _used = kept.Length;
        _entries = entries;
    }

    private static void Place(Entry[] entries, Route route, uint hash)
    {
        uint i = Start(hash, entries);
        while (entries[i & (entries.Length - 1)].Hash != 0)
        {
            i++;
        }

        ref Entry entry = ref entries[i & (entries.Length - 1)];
        entry.Route = route;
        // The hash is written after the route: a reader that sees the hash sees the route, too.
        Volatile.Write(ref entry.Hash, hash);
    }

    private static uint Start(uint hash, Entry[] entries) => (hash >> 1) & (uint)(entries.Length - 1);

    private struct Entry
    {
        public Route? Route;
        public uint Hash;
    }
}
