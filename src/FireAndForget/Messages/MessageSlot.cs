using System.Runtime.InteropServices;

namespace FireAndForget.Messages;

/// <summary>
/// What a mailbox notes of one message, 16 bytes. The courier walks copies of these in its tray, so the layout is part of
/// <c>courier.wat</c>; a test compares the two.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct MessageSlot
{
    public const int Size = 16;

    /// <summary>The message's position + 1 once it is published; in the tray, the answer of <c>handle-message</c>.</summary>
    public uint Sequence;

    /// <summary>The message's length in bytes.</summary>
    public uint Length;

    /// <summary>The sender's index in the <see cref="Routing.SenderDirectory"/>.</summary>
    public uint Sender;

    /// <summary>The byte position behind the message, rounded up to 8; it starts at this less its rounded length.</summary>
    public uint End;
}
