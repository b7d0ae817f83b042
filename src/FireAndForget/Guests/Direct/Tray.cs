using System.Runtime.CompilerServices;
using FireAndForget.Guests.Instances;
using FireAndForget.Messages;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The place in which a thread hands messages to guests, as the host sees it; see <see cref="TrayLayout"/>. It belongs to one thread
/// and never moves.
/// </summary>
/// <param name="start">Where it lies.</param>
/// <param name="offset">The same for couriers: its offset in their memory of trays, in bytes.</param>
internal sealed unsafe class Tray(byte* start, int offset)
{
    private readonly byte* _start = start;

    /// <summary>Which sender's id lies in each place: its number + 1.</summary>
    private readonly uint[] _senders = new uint[TrayLayout.Senders];

    /// <summary>The batch in which each place was filled last, so that no place is filled twice in one.</summary>
    private readonly uint[] _filledIn = new uint[TrayLayout.Senders];

    /// <summary>The directory whose numbers, in one version of it, <see cref="_senders"/> holds.</summary>
    private object? _directory;
    private int _senderVersion;
    private uint _batch;

    public int Offset => offset;

    /// <summary>The index of the message at hand, or how many were delivered.</summary>
    public int Cursor => Volatile.Read(ref At(TrayLayout.Cursor));

    /// <summary>Where the last message of the batch lay in the guest's memory.</summary>
    public int LastMessage => At(TrayLayout.LastMessage);

    /// <summary>Whether the guest may call its imports.</summary>
    public bool MayLeave
    {
        get => At(TrayLayout.MayLeave) != 0;
        set => At(TrayLayout.MayLeave) = value ? 1 : 0;
    }

    public Span<MessageSlot> Slots => new(_start + TrayLayout.Slots, TrayLayout.MaxSlots);

    public Span<byte> Bytes => new(_start + TrayLayout.Bytes, TrayLayout.Size - TrayLayout.Bytes);

    /// <summary>
    /// Begins a batch: sees that the ids of all its senders lie here. Where two need the same place, it ends before the second, and before a
    /// message that has a context, which is a batch of its own.
    /// </summary>
    /// <param name="slots">Its messages, in <see cref="Slots"/>.</param>
    /// <param name="host">Knows the senders' ids.</param>
    /// <param name="directory">Who gives the senders their numbers.</param>
    /// <param name="senderVersion">The version of those numbers.</param>
    /// <returns>How many of the messages it has; 0 where the first one has a context.</returns>
    public int Begin(ReadOnlySpan<MessageSlot> slots, IGuestHost host, object directory, int senderVersion)
    {
        if (senderVersion != _senderVersion || directory != _directory)
        {
            ForgetSenders(directory, senderVersion);
        }

        uint first = slots[0].Sender;
        // The sender of a message that has a context is never in a place; see BeginWithContext.
        bool isPrepared = slots.Length == 1 && _senders[first % TrayLayout.Senders] == first + 1;
        int count = isPrepared ? 1 : PrepareSenders(slots, host);
        BeginCalls();
        return count;
    }

    /// <summary>Begins a batch of one message that has a context. It is alone because its handling is observed.</summary>
    public void BeginWithContext(uint origin, IGuestHost host)
    {
        int place = (int)(origin % TrayLayout.Senders);
        SetSender(place, host.IdOf(origin));
        // The number of a context is used again for other senders, so the place is not valid for the next batch.
        _senders[place] = 0;
        BeginCalls();
    }

    /// <summary>Makes the tray ready for calls of the guest.</summary>
    public void BeginCalls()
    {
        // The engine may interrupt the courier before its first instruction, and the cursor is read then.
        At(TrayLayout.Cursor) = 0;
        At(TrayLayout.Stop) = 0;
        At(TrayLayout.MayLeave) = 1;
    }

    /// <summary>Has the courier return behind the message at hand.</summary>
    public void Stop() => At(TrayLayout.Stop) = 1;

    private int PrepareSenders(ReadOnlySpan<MessageSlot> slots, IGuestHost host)
    {
        _batch++;
        uint last = uint.MaxValue;
        for (int i = 0; i < slots.Length; i++)
        {
            uint sender = slots[i].Sender;
            if (sender != last)
            {
                if (MessageOrigin.HasContext(sender) || !PrepareSender(sender, host))
                {
                    return i;
                }
            }

            last = sender;
        }

        return slots.Length;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ForgetSenders(object directory, int senderVersion)
    {
        _senderVersion = senderVersion;
        _directory = directory;
        Array.Clear(_senders);
    }

    private bool PrepareSender(uint sender, IGuestHost host)
    {
        int place = (int)(sender % TrayLayout.Senders);
        if (_senders[place] != sender + 1)
        {
            if (_filledIn[place] == _batch)
            {
                return false;
            }

            SetSender(place, host.IdOf(sender));
            _senders[place] = sender + 1;
        }

        _filledIn[place] = _batch;
        return true;
    }

    /// <summary>Puts a sender's id into a place, 0 to 255.</summary>
    private void SetSender(int place, ReadOnlySpan<byte> id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)TrayLayout.Senders);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, MessageId.MaxLength);
        At(TrayLayout.SenderLengths + (place * sizeof(int))) = id.Length;
        id.CopyTo(new Span<byte>(_start + TrayLayout.SenderTexts + (place * MessageId.MaxLength), MessageId.MaxLength));
    }

    private ref int At(int offset) => ref Unsafe.AsRef<int>(_start + offset);
}
