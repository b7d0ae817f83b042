namespace FireAndForget.Guests.Decoding;

/// <summary>A function of the component made callable for core code (<c>canon lower</c>).</summary>
internal sealed record LoweredFunction(ComponentFunction Function, CanonicalOptions Options)
    : CoreDefinition(CoreSort.Function);
