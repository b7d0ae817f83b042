namespace FireAndForget;

/// <summary>What a cluster promises of a message that was under way when its receiver's host died. A host by itself takes no notice.</summary>
public enum DeliveryGuarantee : byte
{
    /// <summary>It is <see cref="Outcome.Lost"/>: it was perhaps handled, and is not sent again.</summary>
    AtMostOnce = 0,

    /// <summary>It is sent again, with the same number, to where the receiver is then: it may be handled twice.</summary>
    AtLeastOnce = 1,
}
