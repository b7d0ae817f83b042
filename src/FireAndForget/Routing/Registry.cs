using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FireAndForget.Messages;
using FireAndForget.Wording;

namespace FireAndForget.Routing;

/// <summary>
/// Which participant is registered under which id, and the routes that follow for a sender and a target. A change makes stale only
/// the routes of those participants that it concerns.
/// </summary>
/// <param name="contexts">Gives messages contexts while somebody listens; null: nobody can.</param>
internal sealed class Registry(MessageContexts? contexts = null)
{
    private readonly ConcurrentDictionary<string, Participant> _participants = new(IdComparer.Instance);
    private readonly SharedRoutes _shared = new();
    private readonly Lock _granting = new();
    private volatile bool _closed;

    public MessageContexts? Contexts => contexts;

    /// <summary>Who subscribes to which topics.</summary>
    public TopicTable Topics { get; } = new();

    /// <summary>Whether the host registers nothing any more.</summary>
    public bool IsClosed => _closed;

    /// <summary>Resolves ids that are not registered; null: such ids are unknown.</summary>
    public ITargetResolver? Fallback { get; init; }

    public ICollection<Participant> Participants => _participants.Values;

    public bool Contains(string id) => _participants.ContainsKey(id);

    public bool TryGet(string id, [NotNullWhen(true)] out Participant? participant) =>
        _participants.TryGetValue(id, out participant);

    public bool TryAdd(Participant participant)
    {
        bool added = _participants.TryAdd(participant.Id, participant);
        if (added)
        {
            Topics.Add(participant);
            // Routes to this id may lead to the target that the fallback gave until now.
            Fallback?.Resolve(participant.Id)?.Invalidate();
        }

        return added;
    }

    public bool TryRemove(string id, [NotNullWhen(true)] out Participant? participant)
    {
        bool removed = _participants.TryRemove(id, out participant);
        if (removed)
        {
            Topics.Remove(participant!);
            participant!.Invalidate();
        }

        return removed;
    }

    /// <summary>
    /// Takes its id away from who is registered, for who is found under it by the <see cref="Fallback"/>. It stays the subscriber of its
    /// topics until that one is added to <see cref="Topics"/>, so that no publish misses both of them or finds both.
    /// </summary>
    public bool TryDisplace(Participant participant)
    {
        // From here on a publish looks for whom the id means before it goes to who is displaced.
        participant.Target.HasSuccessor = true;
        bool isDisplaced = _participants.TryRemove(new(participant.Id, participant));
        if (isDisplaced)
        {
            participant.Invalidate();
        }
        else
        {
            participant.Target.HasSuccessor = false;
        }

        return isDisplaced;
    }

    /// <summary>The participant under an id, registered here or found by the fallback; null: there is none.</summary>
    public Participant? Find(string id) =>
        _participants.TryGetValue(id, out Participant? participant) ? participant
        : MessageId.IsValid(id) ? Fallback?.Resolve(id)
        : null;

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

        return ChangeCapability(participant, capability, parsed, isGranted);
    }

    /// <summary>Adds or removes a subscription of a registered participant; it holds from the next publish on.</summary>
    /// <returns>Whether that changed anything.</returns>
    /// <exception cref="ArgumentException">As <see cref="MessagingEndpoint.Subscribe"/> says.</exception>
    /// <exception cref="InvalidOperationException">It is not registered any more.</exception>
    public bool ChangeSubscription(Participant participant, string pattern, bool isAdded)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var parsed = CapabilityPattern.Parse(pattern, nameof(pattern));
        if (!TryGet(participant.Id, out Participant? registered) || registered != participant)
        {
            throw new InvalidOperationException($"'{participant.Id}' was removed and has no subscriptions any more.");
        }

        return ChangeCapability(participant, Capability.SubscribesTo, parsed, isAdded);
    }

    private bool ChangeCapability(
        Participant participant,
        Capability capability,
        CapabilityPattern parsed,
        bool isGranted
    )
    {
        if (isGranted && (capability is Capability.ReceivesFrom or Capability.SubscribesTo))
        {
            CheckReceives(participant, participant.Id);
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

            if (!before.PublishesTo.SequenceEqual(after.PublishesTo))
            {
                participant.PublishesTo = CapabilityPattern.ParseAll(after.PublishesTo);
            }

            if (!before.SubscribesTo.SequenceEqual(after.SubscribesTo))
            {
                Topics.Replace(participant, CapabilityPattern.ParseAll(after.SubscribesTo));
            }

            participant.Accept(after);
            participant.Invalidate();
        }
    }

    /// <summary>The patterns that a participant has of a capability.</summary>
    public static CapabilityPattern[] PatternsOf(Participant participant, Capability capability) =>
        capability switch
        {
            Capability.SendsTo => participant.SendsTo,
            Capability.ReceivesFrom => participant.ReceivesFrom,
            Capability.PublishesTo => participant.PublishesTo,
            _ => participant.SubscribesTo,
        };

    /// <summary>Closes the registry: from now on every route is <see cref="SendStatus.Closed"/>.</summary>
    public void Close()
    {
        _closed = true;
        InvalidateAll();
    }

    /// <summary>Makes all routes stale, because something changed that concerns everybody.</summary>
    public void InvalidateAll()
    {
        foreach (Participant participant in _participants.Values)
        {
            participant.Invalidate();
        }
    }

    /// <summary>
    /// Decides the part of the checks that is the same for every message of a sender to a target: the id's form, the target,
    /// the capabilities, in this order.
    /// </summary>
    /// <param name="sender">The sender.</param>
    /// <param name="targetId">The target as the sender names it.</param>
    /// <param name="owner">Keeps the route until it is stale; null: nobody does.</param>
    /// <returns>The route, stale already where there is no target or somebody changed it meanwhile.</returns>
    public Route Resolve(Participant sender, string targetId, RouteCache? owner = null)
    {
        // The versions are read before anything that they cover: a change in between makes the route stale.
        int senderVersion = sender.Version;
        Participant? target = Find(targetId);
        Route route = Decide(sender, senderVersion, targetId, target, owner);
        if (target is not null && Find(targetId) != target)
        {
            // The target was removed before its version was read, and perhaps another one is registered under its id.
            route.Expire();
        }

        return route;
    }

    /// <summary>Decides the route to a given participant, registered or not.</summary>
    /// <param name="sender">The sender.</param>
    /// <param name="target">The target.</param>
    /// <param name="topic">The topic under which the sender publishes; null: it sends to the target alone.</param>
    public Route Resolve(Participant sender, Participant target, string? topic = null) =>
        Decide(sender, sender.Version, target.Id, target, owner: null, topic);

    private Route Decide(
        Participant sender,
        int senderVersion,
        string targetId,
        Participant? target,
        RouteCache? owner,
        string? topic = null
    )
    {
        int targetVersion = target?.Version ?? 0;
        bool needsSlowPath = sender.Allowance is not null || contexts is { IsOn: true };
        SendStatus refusal = Decide(sender, targetId, target, topic);
        Route route = new(targetId, refusal, target, owner) { NeedsSlowPath = needsSlowPath };
        if (target is not null)
        {
            sender.Track(route, senderVersion);
            target.Track(route, targetVersion);
        }

        return route;
    }

    /// <summary>The route to a target that senders share, for one that may send to it and has no allowance.</summary>
    /// <param name="target">The target's id as bytes.</param>
    /// <param name="hash">Its <see cref="SharedRoutes.Hash"/>.</param>
    /// <returns>Null where there is none at the moment: see <see cref="Share"/>.</returns>
    public Route? FindShared(ReadOnlySpan<byte> target, uint hash) => _shared.Find(target, hash);

    /// <summary>As <see cref="FindShared"/>; the route is made where there is none.</summary>
    /// <returns>
    /// Null where the target is not registered here or is closed, or where messages may get contexts: then each sender has a route of its own.
    /// </returns>
    public Route? Share(ReadOnlySpan<byte> target)
    {
        if (!_participants.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(target, out Participant? participant))
        {
            return null;
        }

        int version = participant.Version;
        if (_closed || participant.Target.IsStopped || contexts is { IsOn: true })
        {
            return null;
        }

        Route route = new(participant.Id, SendStatus.Accepted, participant, _shared)
        {
            Shared = participant,
            IsForAll = CapabilityPattern.AnyMatchesAll(participant.ReceivesFrom),
        };
        participant.Track(route, version);
        if (Find(participant.Id) != participant)
        {
            route.Expire();
        }

        return route.IsStale ? null : _shared.Add(route);
    }

    /// <summary>Whether a sender may send along a route that senders share.</summary>
    public static bool MayShare(Participant sender, Route route) =>
        sender.Allowance is null
        && CapabilityPattern.AnyMatches(sender.SendsTo, route.TargetId)
        && (route.IsForAll || CapabilityPattern.AnyMatches(route.Shared!.ReceivesFrom, sender.Id));

    private SendStatus Decide(Participant sender, string targetId, Participant? target, string? topic)
    {
        if (!MessageId.IsValid(targetId))
        {
            return SendStatus.InvalidMessage;
        }

        if (_closed || sender.HasLeft)
        {
            return SendStatus.Closed;
        }

        if (target is null)
        {
            return SendStatus.TargetNotFound;
        }

        if (target.Target is { IsStopped: true, HasSuccessor: false })
        {
            return SendStatus.Closed;
        }

        bool allowed =
            (
                topic is null
                    ? CapabilityPattern.AnyMatches(sender.SendsTo, targetId)
                    : CapabilityPattern.AnyMatches(sender.PublishesTo, topic)
            ) && CapabilityPattern.AnyMatches(target.ReceivesFrom, sender.Id);
        return allowed ? SendStatus.Accepted : SendStatus.CapabilityDenied;
    }

    private static void CheckReceives(Participant participant, string id)
    {
        if (participant.OnlySends)
        {
            throw new ArgumentException(
                $"'{id}' is an endpoint without a handler and cannot receive; add it with a handler.",
                nameof(id)
            );
        }
    }

    private bool Change(Participant participant, Capability capability, CapabilityPattern pattern, bool isGranted)
    {
        lock (_granting)
        {
            CapabilityPattern[] before = PatternsOf(participant, capability);
            if (before.Contains(pattern) == isGranted)
            {
                return false;
            }

            CapabilityPattern[] after = isGranted ? [.. before, pattern] : [.. before.Where(p => p != pattern)];
            switch (capability)
            {
                case Capability.SendsTo:
                    participant.SendsTo = after;
                    break;
                case Capability.ReceivesFrom:
                    participant.ReceivesFrom = after;
                    break;
                case Capability.PublishesTo:
                    participant.PublishesTo = after;
                    break;
                default:
                    Topics.Replace(participant, after);
                    break;
            }

            participant.Invalidate();
        }

        if (capability == Capability.SubscribesTo)
        {
            Fallback?.SubscriptionsChanged(participant.Id);
        }

        return true;
    }
}
