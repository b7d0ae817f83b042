namespace FireAndForget.Tests.Exploring;

/// <summary>
/// Something that a thread did and others see only later: a write, of which they see the value before, or whatever
/// <see cref="Seen"/> does for them.
/// </summary>
internal sealed class LateWrite
{
    /// <summary>Where; 0: nowhere in particular.</summary>
    public nuint Address { get; init; }

    /// <summary>What stood there before, a reference or the bits of a value.</summary>
    public object? OldReference { get; init; }

    public ulong OldBits { get; init; }

    public Action? Seen { get; init; }
}
