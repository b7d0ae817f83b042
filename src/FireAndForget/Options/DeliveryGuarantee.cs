namespace FireAndForget;

/// <summary>What becomes in a cluster of a message that was under way to a component when its host died. A single host takes no notice.</summary>
public enum DeliveryGuarantee : byte
{
    /// <summary>It is <see cref="Outcome.Lost"/>: it was perhaps handled.</summary>
    AtMostOnce = 0,

    /// <summary>It is sent again, with the same number; the component may see it twice.</summary>
    AtLeastOnce = 1,
}
