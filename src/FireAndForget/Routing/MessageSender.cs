using System.Runtime.CompilerServices;
using FireAndForget.Diagnostics;
using FireAndForget.Supervision;
using FireAndForget.Validation;

namespace FireAndForget.Routing;

/// <summary>
/// The send path of one participant: route, checks, allowance, mailbox, and the nod to the receiver. It answers with a status
/// and throws for nothing that a message or a guest does; accepted messages cost no lock and no allocation.
/// </summary>
internal sealed class MessageSender(Registry registry, Participant self, EventHub events)
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

    /// <summary>As <see cref="Send(ref Route, ReadOnlySpan{byte})"/>, but a refusal is not counted nor told of.</summary>
    public SendStatus TrySend(ref Route route, ReadOnlySpan<byte> message)
    {
        if (route.Version != registry.Version)
        {
            route = _routes.Renew(route.Target);
        }

        if (route.TakesDetour)
        {
            return SendByDetour(route, message);
        }

        SendStatus status = MessageChecks.Check(route, message);
        if (status != SendStatus.Accepted)
        {
            return status;
        }

        status = route.Mailbox!.TryEnqueue(self.Number, message);
        if (status == SendStatus.Accepted)
        {
            route.Receiver!.MessageArrived();
        }

        // Until here the message may not have been in the mailbox, and its number belongs to this one's id while this one lives.
        GC.KeepAlive(self);
        return status;
    }

    /// <summary>Counts a refusal and tells who listens.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public SendStatus Refuse(Route route, SendStatus status, int length)
    {
        Interlocked.Increment(ref _refused[(int)status]);
        events.CountRefusal(status);
        bool isLogged = events.Audit?.Admits(self.Id, status) ?? false;
        if (isLogged || events.HasSubscribers)
        {
            registry.TryGet(route.Target, out Participant? target);
            string why = MessageChecks.Detail(status, target, length);
            if (isLogged)
            {
                events.Audit!.Refused(self.Id, route.Target, status, length, why);
            }

            events.Publish(new SendRefused(self.Id, route.Target, status, why));
        }

        return status;
    }

    /// <summary>What there is to say of a send's answer.</summary>
    public string Explain(string target, SendStatus status, int length)
    {
        registry.TryGet(target, out Participant? receiver);
        return MessageChecks.Explain(status, self, target, receiver, length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SendStatus SendByDetour(Route route, ReadOnlySpan<byte> message)
    {
        string? target = route.TargetBytes.Length == 0 ? null : route.Target;
        MessageSample? sample = registry.Sampling?.TryBegin(self, target, message.Length, ref _sends);
        SendStatus status = SendStatus.Closed;
        try
        {
            status = SendWithin(self.Allowance, route, sample?.Number ?? self.Number, message);
        }
        finally
        {
            // Also where the clock of the rate throws: a sample that is not sent would never be settled.
            if (sample is not null)
            {
                registry.Sampling!.EndSend(sample, status);
            }
        }

        GC.KeepAlive(self);
        return status;
    }

    private static SendStatus SendWithin(SendAllowance? allowance, Route route, uint sender, ReadOnlySpan<byte> message)
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

        status = route.Mailbox!.TryEnqueue(sender, message);
        if (status == SendStatus.Accepted)
        {
            route.Receiver!.MessageArrived();
        }
        else
        {
            allowance?.GiveBack(message.Length);
        }

        return status;
    }
}
