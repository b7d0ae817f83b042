namespace FireAndForget.Guests.Decoding;

/// <summary>A name whose version is kept apart: where it stands in the guest's bytes, up to its end, and how it reads as a whole.</summary>
internal readonly record struct VersionedName(int Start, int End, string Full);
