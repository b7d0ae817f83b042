using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FireAndForget.Routing;

/// <summary>
/// One sender's routes, found by the target's id as a string or as the bytes of a guest. Only targets that exist are kept, so
/// a sender cannot fill it.
/// </summary>
internal sealed class RouteCache(Registry registry, Participant sender)
{
    private const int ByBytesSize = 64;

    private readonly Route?[] _byBytes = new Route?[ByBytesSize];
    private Route? _last;
    private Routes _byText = new(-1);

    /// <summary>The route to a target, or what was decided before the newest change: the sender renews it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Route Find(string target)
    {
        Route? last = Volatile.Read(ref _last);
        return last is not null && ReferenceEquals(last.Target, target) ? last : FindByText(target);
    }

    /// <summary>As the other, for a guest, which runs on one thread at a time; null where the bytes are not UTF-8.</summary>
    public Route? Find(ReadOnlySpan<byte> target)
    {
        ref Route? cached = ref _byBytes[Hash(target)];
        return cached is not null && cached.Version == registry.Version && target.SequenceEqual(cached.TargetBytes)
            ? cached
            : FindByBytes(target, ref cached);
    }

    /// <summary>Decides anew.</summary>
    public Route Renew(string target)
    {
        Route route = registry.Resolve(sender, target);
        Routes routes = Volatile.Read(ref _byText);
        if (routes.Version != route.Version)
        {
            routes = new(route.Version);
            Volatile.Write(ref _byText, routes);
        }

        if (route.TargetBytes.Length != 0)
        {
            routes.ByTarget[target] = route;
        }

        Volatile.Write(ref _last, route);
        return route;
    }

    private Route FindByText(string target)
    {
        if (Volatile.Read(ref _byText).ByTarget.TryGetValue(target, out Route? route))
        {
            Volatile.Write(ref _last, route);
            return route;
        }

        return Renew(target);
    }

    private Route? FindByBytes(ReadOnlySpan<byte> target, ref Route? cached)
    {
        if (!System.Text.Unicode.Utf8.IsValid(target))
        {
            return null;
        }

        // What is longer than any id is cut: it is not an id, and its text would only be made to be thrown away.
        ReadOnlySpan<byte> shown = target[..Math.Min(target.Length, 2 * MessageId.MaxLength)];
        Route route = registry.Resolve(sender, Encoding.UTF8.GetString(shown));
        if (route.TargetBytes.Length != 0)
        {
            cached = route;
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

    private sealed class Routes(int version)
    {
        public int Version { get; } = version;

        public ConcurrentDictionary<string, Route> ByTarget { get; } = new(StringComparer.Ordinal);
    }
}
