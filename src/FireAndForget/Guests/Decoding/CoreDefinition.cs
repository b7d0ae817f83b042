namespace FireAndForget.Guests.Decoding;

/// <summary>Something in one of a component's core index spaces.</summary>
internal abstract record CoreDefinition(CoreSort Sort);
