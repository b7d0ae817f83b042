using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Wasi;

// Waitables and their sets, which the canonical ABI numbers together with resources. A waitable is in one set at the most; a set may
// not be dropped before all that is in it.
internal sealed partial class WasiHandles
{
    /// <summary>Makes a handle for an end of a stream or future.</summary>
    public int Add(ChannelEnd end)
    {
        int handle = Add(KindOf(end.Channel.Type.IsFuture, end.IsWriter));
        _entries[handle - 1].End = end;
        return handle;
    }

    /// <summary>The end of a stream or future of that type.</summary>
    public ChannelEnd EndOf(int handle, ChannelType type, bool isWriter)
    {
        ChannelEnd end = At(handle, KindOf(type.IsFuture, isWriter)).End!;
        if (end.Channel.Type != type)
        {
            throw new GuestTrapException(
                $"its handle {handle} is {end.Name} of other values than those that it was given for"
            );
        }

        return end;
    }

    /// <summary>The end of a stream or future that a waitable is; null: it is a subtask.</summary>
    public ChannelEnd? EndOf(int waitable) => _entries[waitable - 1].End;

    /// <summary>Whether a waitable is in a set.</summary>
    public bool IsInSet(int waitable) => _entries[waitable - 1].Parent != 0;

    /// <summary>Puts a waitable into a set, out of the one in which it was; 0: into none.</summary>
    public void Join(int waitable, int set)
    {
        if ((uint)waitable - 1 >= (uint)_used || !IsWaitable(_entries[waitable - 1].Kind))
        {
            ThrowUnknown(waitable, "a waitable");
        }

        ref Entry entry = ref _entries[waitable - 1];
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
                if (entry.Parent == set && IsWaitable(entry.Kind) && entry.ReadyAt < first.Instant)
                {
                    first = (handle, entry.ReadyAt);
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

    private static bool IsWaitable(WasiHandleKind kind) => kind >= WasiHandleKind.Subtask;

    private static WasiHandleKind KindOf(bool isFuture, bool isWriter) =>
        isFuture
            ? (isWriter ? WasiHandleKind.FutureWriter : WasiHandleKind.FutureReader)
            : (isWriter ? WasiHandleKind.StreamWriter : WasiHandleKind.StreamReader);
}
