namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>
/// What stands behind an export of a core module; <paramref name="Type"/> is a function's type in words, else empty.
/// </summary>
internal readonly record struct CoreExternal(CoreSort Sort, string Type);
