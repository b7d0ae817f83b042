namespace FireAndForget.Guests.Decoding;

/// <summary>The function that gives back a handle to a resource (<c>canon resource.drop</c>).</summary>
internal sealed record DroppedResource(ComponentType Resource) : CoreDefinition(CoreSort.Function);
