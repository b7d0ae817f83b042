namespace FireAndForget.Guests.Direct;

/// <summary>Where things lie in the courier's tray, in bytes from its start. The same numbers stand in <c>courier.wat</c>.</summary>
internal static class TrayLayout
{
    /// <summary>The index of the message at hand.</summary>
    public const int Cursor = 0;

    /// <summary>Whether the guest may call its imports: 1, or 0 while realloc or post-return run.</summary>
    public const int MayLeave = 4;

    /// <summary>Not 0: the courier returns behind the message at hand.</summary>
    public const int Stop = 8;

    /// <summary>Where the last message of the batch lay in the guest's memory.</summary>
    public const int LastMessage = 12;

    /// <summary>The number of places for senders' ids; a sender's place is its number modulo this.</summary>
    public const int Senders = 256;

    public const int SenderLengths = 1024;
    public const int SenderTexts = 4096;
    public const int Slots = 36864;

    /// <summary>The most messages in one call.</summary>
    public const int MaxSlots = 512;

    public const int Bytes = 47104;
    public const int Size = 4 * 65536;
}
