namespace FireAndForget.Guests.Decoding;

/// <summary>A place in a binary where a function is spoken of by its number.</summary>
internal readonly record struct FunctionUse(int Start, int End, uint Function);
