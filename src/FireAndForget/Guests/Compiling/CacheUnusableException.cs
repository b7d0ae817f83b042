namespace FireAndForget.Guests.Compiling;

/// <summary>Nothing of a cache's folder may be used as it is; the message says why, and what to do.</summary>
internal sealed class CacheUnusableException(string message, Exception? inner = null) : IOException(message, inner);
