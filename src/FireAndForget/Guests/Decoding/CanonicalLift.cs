namespace FireAndForget.Guests.Decoding;

/// <summary>How a core function becomes a function of the component (<c>canon lift</c>).</summary>
internal sealed record CanonicalLift(CoreDefinition Function, CanonicalOptions Options, int Offset);
