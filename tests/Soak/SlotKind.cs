namespace FireAndForget.Tests.Soak;

/// <summary>What lives in a slot.</summary>
internal enum SlotKind
{
    /// <summary>An innocent guest that stays from the beginning to the end, and whose answers are looked at.</summary>
    Stable,

    /// <summary>Innocent guests that come and go.</summary>
    Innocent,

    /// <summary>Hostile guests that come and go.</summary>
    Hostile,
}
