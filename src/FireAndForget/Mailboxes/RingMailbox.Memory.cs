using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FireAndForget.Buffers;
using FireAndForget.Messages;

namespace FireAndForget.Mailboxes;

// The memory: the home and the rings, and what messages refer to outside of them.
internal sealed unsafe partial class RingMailbox
{
    public override void KeepMemory() => _kept ??= [];

    /// <summary>The shared bytes that a slot refers to.</summary>
    private SharedBytes SharedOf(MessageSlot* slot) => new(AddressAt(slot->End - Rounded(slot->Length & ~SharedFlag)));

    /// <summary>
    /// The place of an address at a byte position, which is a multiple of 8, as are the ends of the home and the ring.
    /// </summary>
    private ref nint AddressAt(uint start) =>
        ref Unsafe.As<byte, nint>(ref MemoryMarshal.GetReference(BytesFrom(start)));

    /// <summary>Releases the shared bytes that the first messages refer to, before their slots are released.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReleaseShared(int count)
    {
        uint head = Messages(_cursors.Head);
        for (uint i = 0; i < (uint)count; i++)
        {
            MessageSlot* slot = SlotAt((head + i) & MessageMask);
            if ((slot->Length & SharedFlag) == 0)
            {
                continue;
            }

            if (_kept is null)
            {
                SharedOf(slot).Release();
            }
            else
            {
                _kept.Add(SharedOf(slot));
            }
        }
    }

    /// <summary>
    /// Releases the shared bytes of messages that nobody will read, and those that were kept. Nobody sends or reads any more.
    /// </summary>
    private void ReleaseAllShared()
    {
        _kept?.ForEach(kept => kept.Release());
        _kept = null;
        Look(out long tails, out long head);
        for (uint i = 0; i < Waiting(tails, head) && IsPublished((Messages(head) + i) & MessageMask); i++)
        {
            MessageSlot* slot = SlotAt((Messages(head) + i) & MessageMask);
            if ((slot->Length & SharedFlag) != 0)
            {
                SharedOf(slot).Release();
            }
        }
    }

    private bool IsHome(long tails, uint length) =>
        (Messages(tails) & _slotMask) < HomeSlots && ((uint)tails & _byteMask) + (ulong)length <= HomeBytes;

    /// <summary>Makes sure that the memory for a message that is claimed behind these tails is there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryAllocate(long tails, uint length)
    {
        lock (_allocating)
        {
            // A closed mailbox has given its memory back, and no sender gets so far as to use it.
            if (IsClosed)
            {
                return true;
            }

            if (_home == null)
            {
                if (!_rent(HomeSlots, HomeBytes, out _homeMemory))
                {
                    return false;
                }

                _homeBytes = _homeMemory.BytesStart;
                _home = _homeMemory.SlotsStart;
            }

            if (_slots != null || IsHome(tails, length))
            {
                return true;
            }

            if (!_rent(_slotMask + 1, _byteMask + 1, out _memory))
            {
                return false;
            }

            _bytes = _memory.BytesStart;
            _slots = _memory.SlotsStart;
            return true;
        }
    }

    private void FreeMemory()
    {
        lock (_allocating)
        {
            if (_home == null)
            {
                return;
            }

            if (_hasShared)
            {
                ReleaseAllShared();
            }

            // If this lap began with a rewind, everything behind its slots was cleared then.
            uint position = Messages(_cursors.Tails);
            bool isLapOfRewind = (position & ~_slotMask) == _cursors.LapOfRewind;
            uint used = isLapOfRewind ? position & _slotMask : _slotMask + 1;
            bool hasRings = _slots != null;
            _home = null;
            _homeBytes = null;
            _slots = null;
            _bytes = null;
            _homeMemory.Return(Math.Min(used, HomeSlots));
            if (hasRings)
            {
                _memory.Return(used);
            }
        }
    }
}
