namespace FireAndForget;

/// <summary>
/// What a component or endpoint may do. A message needs two: its sender's to send and its target's to receive. One that is published
/// needs its publisher's to publish, and goes to who subscribes. See <see cref="MessagingHost.Grant"/>.
/// </summary>
public enum Capability : byte
{
    /// <summary>To whom a component or endpoint may send; <see cref="ComponentOptions.SendsTo"/>.</summary>
    SendsTo = 0,

    /// <summary>From whom a component or endpoint receives; <see cref="ReceiverOptions.ReceivesFrom"/>.</summary>
    ReceivesFrom = 1,

    /// <summary>Under which topics a component or endpoint may publish; <see cref="ComponentOptions.PublishesTo"/>.</summary>
    PublishesTo = 2,

    /// <summary>The topics whose messages a component or endpoint gets; <see cref="ReceiverOptions.SubscribesTo"/>.</summary>
    SubscribesTo = 3,
}
