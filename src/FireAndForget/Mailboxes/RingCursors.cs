using System.Runtime.InteropServices;
using FireAndForget.Buffers;

namespace FireAndForget.Mailboxes;

/// <summary>The positions of a ring mailbox, each group on cache lines of its own: what senders write, and what the reader writes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct RingCursors
{
    /// <summary>Messages and bytes claimed, and the flag that the mailbox is closed. Senders write it.</summary>
    [FieldOffset(128)]
    public long Tails;

    /// <summary>
    /// A head that the reader had at some time, so that there is at least the room that it shows. A sender renews it when it makes the
    /// mailbox look full, and the reader when it moves the mailbox to another lap.
    /// </summary>
    [FieldOffset(136)]
    public long CachedHead;

    /// <summary>How long messages are written. Senders write it.</summary>
    [FieldOffset(144)]
    public CopyingPace Pace;

    /// <summary>Messages and bytes given free. The reader writes it, once a batch.</summary>
    [FieldOffset(256)]
    public long Head;

    /// <summary>How many messages were given free, ever. The reader writes it.</summary>
    [FieldOffset(264)]
    public long Released;

    /// <summary>Odd while the reader writes the others of its positions.</summary>
    [FieldOffset(272)]
    public int Version;

    /// <summary>The first position of the lap to which the reader moved the mailbox last. The reader's.</summary>
    [FieldOffset(276)]
    public uint LapOfRewind;
}
