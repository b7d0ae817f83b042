using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// One sender's routes, one for each target, found by the target's id as a string or as the bytes of a guest. Only targets that
/// exist are kept, and only until the route is stale, so that a sender cannot fill it. Guests use the routes that senders share where
/// they may, and so need none of their own however many targets they have.
/// </summary>
internal sealed class RouteCache : IRouteKeeper
{
    private const uint RecentSize = 64;

    private readonly Registry _registry;
    private readonly Participant _sender;

    /// <summary>Made for the first route: most guests need none.</summary>
    private ConcurrentDictionary<string, Route>? _routes;

    /// <summary>The routes of its own that a guest used last, by a hash of the target. Some may be stale.</summary>
    private Route?[] _recent = [];

    /// <summary>The sender's version from which they were decided.</summary>
    private int _recentVersion;
    private Route? _last;

    public RouteCache(Registry registry, Participant sender)
    {
        _registry = registry;
        _sender = sender;
    }

    /// <summary>The route to a target. It may be stale: the sender renews it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Route Find(string targetId)
    {
        Route? last = Volatile.Read(ref _last);
        return last is not null && ReferenceEquals(last.TargetId, targetId) ? last : FindById(targetId);
    }

    /// <summary>Finds the route for a guest, which runs on one thread at a time; null where the bytes are not UTF-8.</summary>
    public Route? Find(ReadOnlySpan<byte> target)
    {
        uint hash = SharedRoutes.Hash(target);
        Route? shared = _registry.FindShared(target, hash);
        return shared is { IsForAll: true } && _sender.SendsToAll ? shared : FindDecided(target, hash, shared);
    }

    /// <summary>Decides a route anew and keeps it.</summary>
    public Route Renew(string targetId)
    {
        Route route = _registry.Resolve(_sender, targetId, this);
        if (!route.IsStale)
        {
            Routes[targetId] = route;
            if (route.IsStale)
            {
                // The route became stale before it was added, so Forget has not found it.
                Forget(route);
            }
        }

        Volatile.Write(ref _last, route);
        return route;
    }

    /// <summary>Removes a stale route.</summary>
    public void Forget(Route route) => Routes.TryRemove(KeyValuePair.Create(route.TargetId, route));

    private ConcurrentDictionary<string, Route> Routes =>
        Volatile.Read(ref _routes) ?? LazyInitializer.EnsureInitialized(ref _routes, MakeRoutes);

    private static ConcurrentDictionary<string, Route> MakeRoutes() =>
        new(concurrencyLevel: 1, capacity: 4, IdComparer.Instance);

    private Route FindById(string targetId)
    {
        if (Routes.TryGetValue(targetId, out Route? route))
        {
            Volatile.Write(ref _last, route);
            return route;
        }

        return Renew(targetId);
    }

    private Route? FindDecided(ReadOnlySpan<byte> target, uint hash, Route? shared)
    {
        // The version is read first: a change in between makes what is kept here out of date.
        int version = _sender.Version;
        if (FindRecent(target, hash, version) is { } recent)
        {
            return recent;
        }

        shared ??= _registry.Share(target);
        if (shared is not null && Registry.MayShare(_sender, shared))
        {
            return shared.IsForAll && _sender.SendsToAll ? shared : KeepRecent(shared, hash, version);
        }

        if (Routes.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(target, out Route? route))
        {
            return KeepRecent(route, hash, version);
        }

        if (!Utf8.IsValid(target))
        {
            return null;
        }

        // A target that is longer than any id is cut: it is no id, and a longer text is only made to be thrown away.
        ReadOnlySpan<byte> shown = target[..Math.Min(target.Length, 2 * MessageId.MaxLength)];
        route = Renew(Encoding.UTF8.GetString(shown));
        return route.IsStale ? route : KeepRecent(route, hash, version);
    }

    private Route? FindRecent(ReadOnlySpan<byte> target, uint hash, int version) =>
        _recent.Length != 0
        && version == _recentVersion
        && _recent[PlaceOf(hash)] is { IsStale: false } route
        && target.SequenceEqual(route.TargetBytes)
            ? route
            : null;

    private Route KeepRecent(Route route, uint hash, int version)
    {
        if (_recent.Length == 0 || version != _recentVersion)
        {
            _recent = new Route?[RecentSize];
            _recentVersion = version;
        }

        _recent[PlaceOf(hash)] = route;
        return route;
    }

    private static uint PlaceOf(uint hash) => (hash >> 1) % RecentSize;
}
