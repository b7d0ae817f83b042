using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Wasi;

// Waitables and their sets, which the canonical ABI numbers together with resources. A waitable is in one set at the most; a set may
// not be dropped before all that is in it.
internal sealed partial class WasiHandles
{
    /// <summary>Puts a waitable into a set, out of the one in which it was; 0: into none.</summary>
    public void Join(int waitable, int set)
    {
        ref Entry entry = ref At(waitable, WasiHandleKind.Subtask);
        if (set != 0)
        {
            At(set, WasiHandleKind.WaitableSet).Children++;
        }

        if (entry.Parent != 0)
        {
            _entries[entry.Parent - 1].Children--;
        }

        entry.Parent = set;
    }

    /// <summary>Of a set: the waitable in it that is ready first, and the instant; handle 0 where none will ever be.</summary>
    public (int Handle, ulong Instant) FirstOf(int set)
    {
        (int Handle, ulong Instant) first = (0, ulong.MaxValue);
        if (At(set, WasiHandleKind.WaitableSet).Children != 0)
        {
            for (int handle = 1; handle <= _used; handle++)
            {
                ref Entry entry = ref _entries[handle - 1];
                bool isIn = entry.Kind == WasiHandleKind.Subtask && entry.Parent == set && !entry.HasEnded;
                if (isIn && (first.Handle == 0 || entry.Value < first.Instant))
                {
                    first = (handle, entry.Value);
                }
            }
        }

        return first;
    }

    /// <summary>The guest is told that a subtask has ended.</summary>
    public void End(int subtask) => At(subtask, WasiHandleKind.Subtask).HasEnded = true;

    /// <summary>When a subtask ends that is to be cancelled: which one may be cancelled once, and before the guest knows that it has ended.</summary>
    public ulong BeginCancel(int subtask, bool waits)
    {
        ref Entry entry = ref At(subtask, WasiHandleKind.Subtask);
        if (entry.HasEnded)
        {
            throw new GuestTrapException($"it cancelled subtask {subtask}, which it was told has ended");
        }

        if (waits && entry.Parent != 0)
        {
            throw new GuestTrapException(
                $"it cancelled subtask {subtask} and waits for it, which is in a waitable-set"
            );
        }

        entry.HasEnded = true;
        return entry.Value;
    }

    /// <summary>Drops a subtask that has ended.</summary>
    public void DropSubtask(int subtask)
    {
        if (!At(subtask, WasiHandleKind.Subtask).HasEnded)
        {
            throw new GuestTrapException($"it dropped subtask {subtask} before it was told that it has ended");
        }

        Drop(subtask, WasiHandleKind.Subtask);
    }
}
