using System.Runtime.CompilerServices;
using FireAndForget.Diagnostics;
using FireAndForget.Events;

namespace FireAndForget.Routing;

/// <summary>
/// The send path of one participant: route, checks, allowance, target. It answers with a status and throws for nothing that a
/// message or a guest does; accepted messages cost no lock and no allocation.
/// </summary>
internal sealed class MessageSender(Registry registry, Participant self, EventHub events, Audit? audit = null)
{
    private readonly RouteCache _routes = new(registry, self);
    private readonly long[] _refused = new long[(int)SendStatus.Closed + 1];
    private int _sends;

    /// <summary>How many of its sends were refused, for whatever reason.</summary>
    public long Refused
    {
        get
        {
            long sum = 0;
            for (int status = 0; status < _refused.Length; status++)
            {
                sum += Volatile.Read(ref _refused[status]);
            }

            return sum;
        }
    }

    /// <summary>Its open requests; null: it cannot ask.</summary>
    public OpenRequests? Requests { get; init; }

    /// <summary>How many of its sends were refused for this reason.</summary>
    public long RefusedBecause(SendStatus reason) => Volatile.Read(ref _refused[(int)reason]);

    public Route RouteTo(string target) => _routes.Find(target);

    public SendStatus Send(string target, ReadOnlySpan<byte> message)
    {
        Route route = _routes.Find(target);
        return Send(ref route, message);
    }

    /// <summary>A guest's send; null where the target is not UTF-8.</summary>
    public SendStatus? Send(ReadOnlySpan<byte> target, ReadOnlySpan<byte> message)
    {
        Route? route = _routes.Find(target);
        return route is null ? null : Send(ref route, message);
    }

    /// <summary>Sends along a route, which is renewed where it is out of date.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SendStatus Send(ref Route route, ReadOnlySpan<byte> message)
    {
        SendStatus status = TrySend(ref route, message);
        return status == SendStatus.Accepted ? status : Refuse(route, status, message.Length);
    }

    /// <summary>Sends a message for whose outcome somebody waits, who is not told where it is refused.</summary>
    public SendStatus Send(string target, ReadOnlySpan<byte> message, OutcomeListener listener)
    {
        Route route = _routes.Find(target);
        if (route.IsStale)
        {
            route = _routes.Renew(target);
        }

        SendStatus status = SendSlowly(route, message, listener);
        while (status == SendStatus.Closed && TryFollow(ref route))
        {
            status = SendSlowly(route, message, listener);
        }

        return status == SendStatus.Accepted ? status : Refuse(route, status, message.Length);
    }

    /// <summary>As <see cref="Send(ref Route, ReadOnlySpan{byte})"/>, but a refusal is not counted nor told of.</summary>
    public SendStatus TrySend(ref Route route, ReadOnlySpan<byte> message)
    {
        SendStatus status;
        if (route.IsStale)
        {
            route = _routes.Renew(route.TargetId);
        }

        if (route.NeedsSlowPath)
        {
            status = SendSlowly(route, message, listener: null);
            return status == SendStatus.Closed && TryFollow(ref route) ? TrySend(ref route, message) : status;
        }

        status = MessageChecks.Check(route, message);
        if (status != SendStatus.Accepted)
        {
            return status;
        }

        status = route.Target!.TryAccept(self.Number, message);
        // Until here the message may not have been accepted, and its number belongs to this one's id while this one lives.
        GC.KeepAlive(self);
        return status == SendStatus.Closed && TryFollow(ref route) ? TrySend(ref route, message) : status;
    }

    /// <summary>Waits for who takes the place of a target that was found closed, which is only a moment.</summary>
    /// <returns>Whether somebody does; the route then leads there.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFollow(ref Route route)
    {
        MessageTarget? closed = route.Target;
        if (closed is not { HasSuccessor: true })
        {
            return false;
        }

        SpinWait spin = default;
        while (registry.Find(route.TargetId)?.Target == closed && closed.HasSuccessor)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        route = _routes.Renew(route.TargetId);
        return true;
    }

    /// <summary>Counts a refusal and tells who listens.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public SendStatus Refuse(Route route, SendStatus status, int length)
    {
        Interlocked.Increment(ref _refused[(int)status]);
        events.CountRefusal(status);
        bool isLogged = audit?.Admits(self.Id, status) ?? false;
        if (isLogged || events.HasSubscribers)
        {
            Participant? target = registry.Find(route.TargetId);
            string reason = MessageChecks.Detail(status, target, length);
            if (isLogged)
            {
                audit!.Refused(self.Id, route.TargetId, status, length, reason);
            }

            events.Publish(
                new SendRefused
                {
                    Sender = self.Id,
                    Target = route.TargetId,
                    Status = status,
                    Reason = reason,
                }
            );
        }

        return status;
    }

    /// <summary>What there is to say of a send's answer.</summary>
    public string Explain(string target, SendStatus status, int length)
    {
        Participant? receiver = registry.Find(target);
        return MessageChecks.Explain(status, self, target, receiver, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SendStatus SendSlowly(Route route, ReadOnlySpan<byte> message, OutcomeListener? listener)
    {
        string? target = route.TargetBytes.Length == 0 ? null : route.TargetId;
        MessageContext? context = registry.Contexts?.TryBegin(self, target, message.Length, listener, ref _sends);
        SendStatus status = SendStatus.Closed;
        try
        {
            status = SendWithin(self.Allowance, route, context?.Origin ?? self.Number, message, listener);
        }
        finally
        {
            // Also where the clock of the rate throws: the context of a message that is not sent would never end.
            if (context is not null)
            {
                registry.Contexts!.EndSend(context, status);
            }
        }

        GC.KeepAlive(self);
        return status;
    }

    private static SendStatus SendWithin(
        SendAllowance? allowance,
        Route route,
        uint origin,
        ReadOnlySpan<byte> message,
        OutcomeListener? listener
    )
    {
        SendStatus status = MessageChecks.Check(route, message);
        if (status != SendStatus.Accepted)
        {
            return status;
        }

        if (allowance is not null && !allowance.TryTake(message.Length))
        {
            return SendStatus.RateLimited;
        }

        status = listener?.Reserve() ?? SendStatus.Accepted;
        if (status == SendStatus.Accepted)
        {
            status = route.Target!.TryAccept(origin, message);
            if (status != SendStatus.Accepted)
            {
                listener?.GiveBack();
            }
        }

        if (status != SendStatus.Accepted)
        {
            allowance?.GiveBack(message.Length);
        }

        return status;
    }
}
