namespace FireAndForget.Guests.Calls;

/// <summary>The type of a stream, or of a future, which is a stream of one value.</summary>
/// <param name="IsFuture">Whether it is a future.</param>
/// <param name="Number">Equal types of values have equal numbers within a component; 0: it has no values, and only counts.</param>
/// <param name="ValueBytes">The bytes that a value takes in memory.</param>
/// <param name="Alignment">What the address of a value is a multiple of.</param>
/// <param name="IsPlain">
/// Whether its values are numbers, or there are none: with others the canonical ABI lets no component hold both ends and use them.
/// </param>
internal sealed record ChannelType(bool IsFuture, int Number, uint ValueBytes, uint Alignment, bool IsPlain)
{
    public string Name => IsFuture ? "future" : "stream";
}
