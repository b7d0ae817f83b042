namespace FireAndForget.Guests.Calls;

/// <summary>Thrown by the host's side of an import to trap the guest that called it; never leaves the runtime.</summary>
internal class GuestTrapException(string message) : Exception(message);

/// <summary>As <see cref="GuestTrapException"/>, where the guest asked to end itself.</summary>
internal sealed class GuestExitException(string message, uint code) : GuestTrapException(message)
{
    public uint Code => code;
}
