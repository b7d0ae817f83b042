using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Diagnostics;
using FireAndForget.Validation;

namespace FireAndForget.Routing;

/// <summary>
/// Who is registered under which id, and what follows for a sender and a target. It owns the version by which cached routes
/// know that they are out of date: whoever changes what a route is decided from calls <see cref="Changed"/> afterwards.
/// </summary>
/// <param name="sampling">Where sends go while somebody listens; null: nobody can.</param>
internal sealed class Registry(MessageSampling? sampling = null)
{
    private readonly ConcurrentDictionary<string, Participant> _participants = new(StringComparer.Ordinal);
    private readonly Lock _granting = new();
    private int _version;
    private volatile bool _closed;

    public int Version => Volatile.Read(ref _version);

    public MessageSampling? Sampling => sampling;

    public ICollection<Participant> Participants => _participants.Values;

    public bool Contains(string id) => _participants.ContainsKey(id);

    public bool TryGet(string id, [NotNullWhen(true)] out Participant? participant) =>
        _participants.TryGetValue(id, out participant);

    public bool TryAdd(Participant participant)
    {
        bool added = _participants.TryAdd(participant.Id, participant);
        Changed();
        return added;
    }

    public bool TryRemove(string id, [NotNullWhen(true)] out Participant? participant)
    {
        bool removed = _participants.TryRemove(id, out participant);
        Changed();
        return removed;
    }

    /// <summary>Grants or revokes a pattern; the next send of anybody is decided with it.</summary>
    /// <returns>Whether that changed anything.</returns>
    /// <exception cref="ArgumentException">As <see cref="MessagingHost.Grant"/> says.</exception>
    public bool ChangeCapability(string id, Capability capability, string pattern, bool isGranted)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(pattern);
        Check.Defined(capability, nameof(capability));
        var parsed = CapabilityPattern.Parse(pattern, nameof(pattern));
        if (!TryGet(id, out Participant? participant))
        {
            throw new ArgumentException(
                $"Nothing is registered under {MessageId.Quote(id)}; add the component or endpoint first.",
                nameof(id)
            );
        }

        if (isGranted && capability == Capability.ReceivesFrom && participant.OnlySends)
        {
            throw new ArgumentException(
                $"'{id}' is an endpoint without a handler and cannot receive; add it with a handler.",
                nameof(id)
            );
        }

        return Change(participant, capability, parsed, isGranted);
    }

    /// <summary>
    /// Gives a component the policy of new options; the next send from or to it is decided with it. What options say as before
    /// stays: a granted capability where the patterns are the same, and what is left of a rate or quota.
    /// </summary>
    public void ChangePolicy(
        Participant participant,
        ComponentOptions before,
        ComponentOptions after,
        TimeProvider time
    )
    {
        lock (_granting)
        {
            if (!before.SendsTo.SequenceEqual(after.SendsTo))
            {
                participant.SendsTo = CapabilityPattern.ParseAll(after.SendsTo);
            }

            if (!before.Senders.SequenceEqual(after.Senders))
            {
                participant.ReceivesFrom = CapabilityPattern.ParseAll(after.Senders);
            }

            if (!RateOptions.AreSame(before.Rate, after.Rate) || !before.Quota.IsSameAs(after.Quota))
            {
                participant.Allowance = SendAllowance.Create(after.Rate, after.Quota, time);
            }

            participant.Accept(after);
            Changed();
        }
    }

    /// <summary>From now on every route is <see cref="SendStatus.Closed"/>.</summary>
    public void Close()
    {
        _closed = true;
        Changed();
    }

    /// <summary>Makes every cached route out of date: the next send sees what was changed before.</summary>
    public void Changed() => Interlocked.Increment(ref _version);

    /// <summary>
    /// Decides the part of the checks that is the same for every message of a sender to a target: the id's form, the target,
    /// the capabilities, in this order.
    /// </summary>
    public Route Resolve(Participant sender, string target)
    {
        int version = Version;
        bool takesDetour = sender.Allowance is not null || sampling is { IsOn: true };
        SendStatus decision = Decide(sender, target, out Participant? receiver);
        return new(version, target, decision, receiver) { TakesDetour = takesDetour };
    }

    private SendStatus Decide(Participant sender, string target, out Participant? receiver)
    {
        receiver = null;
        if (!MessageId.IsValid(target))
        {
            return SendStatus.InvalidMessage;
        }

        if (_closed || sender.HasLeft)
        {
            return SendStatus.Closed;
        }

        if (!_participants.TryGetValue(target, out receiver))
        {
            return SendStatus.TargetNotFound;
        }

        if (receiver.Receiver.IsStopped)
        {
            return SendStatus.Closed;
        }

        bool allowed =
            CapabilityPattern.AnyMatches(sender.SendsTo, target)
            && CapabilityPattern.AnyMatches(receiver.ReceivesFrom, sender.Id);
        return allowed ? SendStatus.Accepted : SendStatus.CapabilityDenied;
    }

    private bool Change(Participant participant, Capability capability, CapabilityPattern pattern, bool isGranted)
    {
        lock (_granting)
        {
            bool isSending = capability == Capability.SendsTo;
            CapabilityPattern[] before = isSending ? participant.SendsTo : participant.ReceivesFrom;
            if (before.Contains(pattern) == isGranted)
            {
                return false;
            }

            CapabilityPattern[] after = isGranted ? [.. before, pattern] : [.. before.Where(p => p != pattern)];
            if (isSending)
            {
                participant.SendsTo = after;
            }
            else
            {
                participant.ReceivesFrom = after;
            }

            // Behind the change: who resolved with the old patterns did so for an older version.
            Changed();
            return true;
        }
    }
}
