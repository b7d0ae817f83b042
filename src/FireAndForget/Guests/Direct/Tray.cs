using System.Runtime.CompilerServices;
using FireAndForget.Messages;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>The courier's memory as the host sees it; see <see cref="TrayLayout"/>. It has a fixed size, so it never moves.</summary>
internal sealed unsafe class Tray
{
    private readonly byte* _start;

    public Tray(Memory memory)
    {
        if (memory.GetLength() != TrayLayout.Size)
        {
            throw new InvalidOperationException(
                $"The courier's tray has {memory.GetLength()} bytes and not {TrayLayout.Size}."
            );
        }

        _start = (byte*)memory.GetPointer();
    }

    /// <summary>The index of the message at hand, or how many were delivered.</summary>
    public int Cursor => Volatile.Read(ref At(TrayLayout.Cursor));

    /// <summary>Whether the guest may call its imports.</summary>
    public bool MayLeave
    {
        get => At(TrayLayout.MayLeave) != 0;
        set => At(TrayLayout.MayLeave) = value ? 1 : 0;
    }

    public Span<MessageSlot> Slots => new(_start + TrayLayout.Slots, TrayLayout.MaxSlots);

    public Span<byte> Bytes => new(_start + TrayLayout.Bytes, TrayLayout.Size - TrayLayout.Bytes);

    /// <summary>Before a batch: the engine may interrupt the courier before its first instruction, and its cursor is read then.</summary>
    public void Begin()
    {
        At(TrayLayout.Cursor) = 0;
        At(TrayLayout.Stop) = 0;
    }

    /// <summary>Has the courier return behind the message at hand.</summary>
    public void Stop() => At(TrayLayout.Stop) = 1;

    /// <summary>Puts a sender's id into a place, 0 to 255.</summary>
    public void SetSender(int place, ReadOnlySpan<byte> id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)place, (uint)TrayLayout.Senders);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(id.Length, MessageId.MaxLength);
        At(TrayLayout.SenderLengths + (place * sizeof(int))) = id.Length;
        id.CopyTo(new Span<byte>(_start + TrayLayout.SenderTexts + (place * MessageId.MaxLength), MessageId.MaxLength));
    }

    private ref int At(int offset) => ref Unsafe.AsRef<int>(_start + offset);
}
