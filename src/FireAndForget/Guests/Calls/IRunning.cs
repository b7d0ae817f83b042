namespace FireAndForget.Guests.Calls;

/// <summary>An instance of a guest, asked what it is at.</summary>
internal interface IRunning
{
    /// <summary>What runs now: another number for each message, and while the guest is instantiated.</summary>
    long Running { get; }
}
