namespace FireAndForget.Guests.Decoding;

/// <summary>Any other function that the canonical ABI offers to core code, by its name.</summary>
internal sealed record CanonicalBuiltIn(string Name) : CoreDefinition(CoreSort.Function);
