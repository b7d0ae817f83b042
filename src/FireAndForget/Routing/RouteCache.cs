using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// One sender's routes, one for each target, found by the target's id as a string or as the bytes of a guest. Only targets that
/// exist are kept, and only until the route is stale, so that a sender cannot fill it.
/// </summary>
internal sealed class RouteCache
{
    private const int RecentSize = 64;

    private readonly Registry _registry;
    private readonly Participant _sender;
    private readonly ConcurrentDictionary<string, Route> _routes = new(
        concurrencyLevel: 1,
        capacity: 4,
        IdComparer.Instance
    );
    private readonly ConcurrentDictionary<string, Route>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;

    /// <summary>Routes that a guest used last, by a hash that is cheaper than the dictionary's. Some may be stale.</summary>
    private readonly Route?[] _recent = new Route?[RecentSize];
    private Route? _last;

    public RouteCache(Registry registry, Participant sender)
    {
        _registry = registry;
        _sender = sender;
        _byBytes = _routes.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The route to a target. It may be stale: the sender renews it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Route Find(string targetId)
    {
        Route? last = Volatile.Read(ref _last);
        return last is not null && ReferenceEquals(last.TargetId, targetId) ? last : FindById(targetId);
    }

    /// <summary>As the other, for a guest, which runs on one thread at a time; null where the bytes are not UTF-8.</summary>
    public Route? Find(ReadOnlySpan<byte> target)
    {
        ref Route? recent = ref _recent[Hash(target)];
        return recent is not null && !recent.IsStale && target.SequenceEqual(recent.TargetBytes)
            ? recent
            : FindByBytes(target, ref recent);
    }

    /// <summary>Decides anew.</summary>
    public Route Renew(string targetId)
    {
        Route route = _registry.Resolve(_sender, targetId, this);
        if (!route.IsStale)
        {
            _routes[targetId] = route;
            if (route.IsStale)
            {
                // It was forgotten before it was kept.
                Forget(route);
            }
        }

        Volatile.Write(ref _last, route);
        return route;
    }

    /// <summary>Keeps a route no longer, which is stale.</summary>
    public void Forget(Route route) => _routes.TryRemove(KeyValuePair.Create(route.TargetId, route));

    private Route FindById(string targetId)
    {
        if (_routes.TryGetValue(targetId, out Route? route))
        {
            Volatile.Write(ref _last, route);
            return route;
        }

        return Renew(targetId);
    }

    private Route? FindByBytes(ReadOnlySpan<byte> target, ref Route? recent)
    {
        if (_byBytes.TryGetValue(target, out Route? route))
        {
            recent = route;
            return route;
        }

        if (!Utf8.IsValid(target))
        {
            return null;
        }

        // What is longer than any id is cut: it is not an id, and its text would only be made to be thrown away.
        ReadOnlySpan<byte> shown = target[..Math.Min(target.Length, 2 * MessageId.MaxLength)];
        route = Renew(Encoding.UTF8.GetString(shown));
        if (!route.IsStale)
        {
            recent = route;
        }

        return route;
    }

    private static int Hash(ReadOnlySpan<byte> target)
    {
        ulong mixed = (ulong)target.Length;
        if (target.Length >= sizeof(ulong))
        {
            mixed ^= MemoryMarshal.Read<ulong>(target) ^ MemoryMarshal.Read<ulong>(target[^sizeof(ulong)..]);
        }
        else
        {
            foreach (byte b in target)
            {
                mixed = (mixed << 8) ^ b ^ mixed;
            }
        }

        return (int)((mixed * 0x9E3779B97F4A7C15) >> 58);
    }
}
