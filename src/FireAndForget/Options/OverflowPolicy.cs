namespace FireAndForget;

/// <summary>What a mailbox does with a message for which it has no room.</summary>
public enum OverflowPolicy : byte
{
    /// <summary>The send is refused with <see cref="SendStatus.QueueFull"/>.</summary>
    Refuse = 0,

    /// <summary>The oldest messages make room and end as <see cref="Outcome.Evicted"/>.</summary>
    DropOldest = 1,
}

/// <summary>What happens to events for which a subscription has no room.</summary>
public enum EventOverflowPolicy
{
    /// <summary>
    /// They are not kept, and counted in <see cref="EventSubscription.Dropped"/>, so that those that are kept are the first ones. The
    /// host never waits.
    /// </summary>
    Drop = 0,

    /// <summary>
    /// No event is lost. Refusals of one sender with one status become one event with <see cref="SendRefused.Repeat"/>, and the
    /// host's workers deliver nothing more until the subscription is read. Sends of .NET code never wait: the events that they cause
    /// themselves, by evicting messages, may exceed the capacity; see <see cref="EventSubscription.WaitForRoomAsync"/>. A host in
    /// manual mode does not wait either, nor one whose time to stop is over.
    /// </summary>
    Wait = 1,

    /// <summary>
    /// The oldest that wait make room and are counted in <see cref="EventSubscription.Dropped"/>, so that those that are kept are the
    /// last ones, for a reader that looks only now and then. The host never waits.
    /// </summary>
    DropOldest = 2,
}
