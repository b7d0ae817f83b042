namespace FireAndForget.Guests.Decoding;

/// <summary>
/// What an instance of a core module exports under a name; the place is that of <see cref="CoreExternal.Place"/>, -1 where it is not
/// known.
/// </summary>
internal sealed record InstanceExport(CoreInstance Instance, string Name, CoreSort Sort, int Place)
    : CoreDefinition(Sort);
