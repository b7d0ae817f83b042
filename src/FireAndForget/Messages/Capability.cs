namespace FireAndForget;

/// <summary>The two directions of a capability; a message needs both. See <see cref="MessagingHost.Grant"/>.</summary>
public enum Capability : byte
{
    /// <summary>To whom a component or endpoint may send; <see cref="ComponentOptions.SendsTo"/>.</summary>
    SendsTo = 0,

    /// <summary>From whom a component or endpoint receives; <see cref="ReceiverOptions.ReceivesFrom"/>.</summary>
    ReceivesFrom = 1,
}
