namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The size with which a memory or table starts and the one up to which it may grow; null where it sets none.
/// </summary>
internal readonly record struct CoreLimits(ulong Minimum, ulong? Maximum);
