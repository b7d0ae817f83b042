using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using FireAndForget.Diagnostics;
using FireAndForget.Events;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// The send path of one participant: route, checks, allowance, target. It answers with a status and throws for nothing that a
/// message or a guest does; accepted messages cost no lock and no allocation.
/// </summary>
internal sealed partial class MessageSender(Registry registry, Participant self, EventHub events, Audit? audit = null)
{
    private readonly RouteCache _routes = new(registry, self);
    private readonly long[] _refused = new long[(int)SendStatus.Closed + 1];
    private int _sends;

    /// <summary>The sender's later messages; null: it has not scheduled any yet.</summary>
    private LaterMessages? _later;

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

    /// <summary>The sender's open requests; null: it cannot send requests.</summary>
    public OpenRequests? Requests { get; init; }

    /// <summary>How many of its sends were refused with one status.</summary>
    public long CountRefused(SendStatus status) => Volatile.Read(ref _refused[(int)status]);

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

    /// <summary>
    /// Sends a message whose outcome the listener waits for. The listener is not called where the message is refused.
    /// </summary>
    public SendStatus Send(string target, ReadOnlySpan<byte> message, OutcomeListener listener)
    {
        Route route = _routes.Find(target);
        SendStatus status = TrySend(ref route, message, listener);
        return status == SendStatus.Accepted ? status : Refuse(route, status, message.Length);
    }

    /// <summary>
    /// Sends along a route a message whose outcome the listener waits for. A refusal is neither counted nor published.
    /// </summary>
    public SendStatus TrySend(ref Route route, ReadOnlySpan<byte> message, OutcomeListener listener)
    {
        if (route.IsStale)
        {
            route = _routes.Renew(route.TargetId);
        }

        SendStatus status = SendSlowly(route, message, listener);
        while (status == SendStatus.Closed && TryFollow(ref route))
        {
            status = SendSlowly(route, message, listener);
        }

        return status;
    }

    /// <summary>Sends a guest's request; null where the target is not UTF-8.</summary>
    /// <param name="target">The target, as the guest names it.</param>
    /// <param name="message">The request.</param>
    /// <param name="timeout">How long it may be open.</param>
    /// <param name="number">Its number; 0 where it is refused.</param>
    public SendStatus? Request(
        ReadOnlySpan<byte> target,
        ReadOnlySpan<byte> message,
        TimeSpan timeout,
        out ulong number
    )
    {
        number = 0;
        Route? route = _routes.Find(target);
        if (route is null)
        {
            return null;
        }

        OpenRequests requests = Requests!;
        GuestRequest request = requests.PrepareOfGuest(timeout, route.TargetId);
        SendStatus status = TrySend(ref route, message, request);
        if (status != SendStatus.Accepted)
        {
            request.Free();
            bool isFull = status == SendStatus.QueueFull && requests.Count >= requests.Most;
            return Refuse(route, status, message.Length, isFull ? ExplainOpenRequests() : null);
        }

        number = request.Number;
        requests.Begin(request);
        return status;
    }

    /// <summary>Why a request is refused where too many are open.</summary>
    public string ExplainOpenRequests() =>
        FormattableString.Invariant($"'{self.Id}' has {Requests!.Most} requests open, as many as it may");

    /// <summary>
    /// Sends along a route as <see cref="Send(ref Route, ReadOnlySpan{byte})"/> does. A refusal is neither counted nor published.
    /// </summary>
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
        // The message may be accepted up to here, and its number belongs to this sender's id only while the participant is alive.
        GC.KeepAlive(self);
        return status == SendStatus.Closed && TryFollow(ref route) ? TrySend(ref route, message) : status;
    }

    /// <summary>Waits for the successor of a target that was found closed, which takes a moment only.</summary>
    /// <returns>Whether there is a successor; the route then leads to it.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFollow(ref Route route)
    {
        MessageTarget? closed = route.Target;
        if (closed is not { HasSuccessor: true })
        {
            return false;
        }

        WaitForSuccessor(route.TargetId, closed);
        route = _routes.Renew(route.TargetId);
        return true;
    }

    private void WaitForSuccessor(string id, MessageTarget closed)
    {
        SpinWait spin = default;
        while (registry.Find(id)?.Target == closed && closed.HasSuccessor)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Counts a refusal and publishes it to subscribers and the log.</summary>
    /// <param name="route">The route.</param>
    /// <param name="status">Why it was refused.</param>
    /// <param name="length">The message's length in bytes.</param>
    /// <param name="reason">What there is to say of that; null: what the target tells.</param>
    public SendStatus Refuse(Route route, SendStatus status, int length, string? reason = null) =>
        Refuse(route.TargetId, status, length, reason);

    /// <summary>Explains the answer of a send in a sentence.</summary>
    public string Explain(string target, SendStatus status, int length)
    {
        Participant? receiver = registry.Find(target);
        return MessageChecks.Explain(status, self, target, receiver, length);
    }

    /// <summary>
    /// The text of a target that a guest named and that is no id. It is cut at the length of the longest id, because a longer text
    /// is only made to be thrown away.
    /// </summary>
    private static string TextOf(ReadOnlySpan<byte> name) =>
        Encoding.UTF8.GetString(name[..Math.Min(name.Length, 2 * MessageId.MaxLength)]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SendStatus Refuse(string target, SendStatus status, int length, string? reason)
    {
        Interlocked.Increment(ref _refused[(int)status]);
        events.AddRefusal(status);
        bool isLogged = audit?.Admits(self.Id, status) ?? false;
        if (isLogged || events.HasSubscribers)
        {
            reason ??= MessageChecks.Detail(status, registry.Find(target), length);
            if (isLogged)
            {
                audit!.Refused(self.Id, target, status, length, reason);
            }

            events.Publish(
                new SendRefused
                {
                    Sender = self.Id,
                    Target = target,
                    Status = status,
                    Reason = reason,
                }
            );
        }

        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SendStatus SendSlowly(Route route, ReadOnlySpan<byte> message, OutcomeListener? listener)
    {
        string? target = route.TargetBytes.Length == 0 ? null : route.TargetId;
        MessageContext? context = registry.Contexts?.TryBegin(self, target, message.Length, listener, ref _sends);
        if (context is null && listener is not null)
        {
            // As many messages as possible have a context already.
            return SendStatus.QueueFull;
        }

        // The origin is read first: when the message is accepted, its context may belong to another one before this returns.
        uint origin = context?.Origin ?? self.Number;
        Activity? send = context?.Send;
        SendStatus status = SendStatus.Closed;
        try
        {
            status = SendWithin(self.Allowance, route, origin, message, listener);
        }
        finally
        {
            // This runs also where the clock of the rate throws: the context of a message that is not sent would never end.
            if (context is not null)
            {
                registry.Contexts!.EndSend(origin, send, status);
            }
        }

        GC.KeepAlive(self);
        return status;
    }

    private SendStatus SendWithin(
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

        if (allowance is not null && !TryTake(allowance, message.Length))
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
            GiveBack(allowance, message.Length);
        }

        return status;
    }

    /// <summary>Takes from the allowance, with a lock where later messages are sent on another thread than the sender's own.</summary>
    private bool TryTake(SendAllowance allowance, int length)
    {
        if (Volatile.Read(ref _later) is not { } later)
        {
            return allowance.TryTake(length);
        }

        lock (later.Taking)
        {
            return allowance.TryTake(length);
        }
    }

    private void GiveBack(SendAllowance? allowance, int length)
    {
        if (Volatile.Read(ref _later) is not { } later)
        {
            allowance?.GiveBack(length);
            return;
        }

        lock (later.Taking)
        {
            allowance?.GiveBack(length);
        }
    }
}
