namespace FireAndForget;

/// <summary>What a mailbox does with a message for which it has no room.</summary>
public enum OverflowPolicy : byte
{
    /// <summary>The send is refused with <see cref="SendStatus.QueueFull"/>.</summary>
    Refuse = 0,

    /// <summary>The oldest messages make room and end as <see cref="Outcome.Evicted"/>.</summary>
    DropOldest = 1,
}
