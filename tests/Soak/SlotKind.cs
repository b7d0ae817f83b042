namespace FireAndForget.Tests.Soak;

/// <summary>What lives in a slot.</summary>
internal enum SlotKind
{
    /// <summary>A well-behaved guest that runs from the beginning to the end, and whose answers are checked.</summary>
    Stable,

    /// <summary>Well-behaved guests that are added and removed.</summary>
    Innocent,

    /// <summary>Hostile guests that come and go.</summary>
    Hostile,
}
