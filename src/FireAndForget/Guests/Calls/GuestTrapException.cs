namespace FireAndForget.Guests.Calls;

/// <summary>Thrown by the host's side of an import to trap the guest that called it; never leaves the runtime.</summary>
internal sealed class GuestTrapException(string message) : Exception(message);
