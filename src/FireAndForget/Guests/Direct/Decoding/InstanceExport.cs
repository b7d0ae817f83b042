namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>What an instance of a core module exports under a name; the type is a function's, or empty.</summary>
internal sealed record InstanceExport(CoreInstance Instance, string Name, CoreSort Sort, string Type)
    : CoreDefinition(Sort);
