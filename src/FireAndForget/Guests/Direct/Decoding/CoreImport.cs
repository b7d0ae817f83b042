namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>
/// An import of a core module; <paramref name="Type"/> is a function's type in words, empty for the other sorts.
/// </summary>
internal readonly record struct CoreImport(string Module, string Name, CoreSort Sort, string Type);
