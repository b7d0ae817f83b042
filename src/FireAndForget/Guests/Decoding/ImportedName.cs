namespace FireAndForget.Guests.Decoding;

/// <summary>What an imported interface calls a function or a resource.</summary>
internal sealed record ImportedName(string Interface, string Name);
