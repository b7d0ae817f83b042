namespace FireAndForget.Tests;

/// <summary>
/// Streams, futures, waitable sets and timers as the canonical ABI's text has them, word for word and without a thought of speed
/// (https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md): what each function of a
/// <see cref="ChannelGuest"/> answers, and where it traps. Of the freedom that the text leaves, it takes what the host takes: events
/// are told of in the order in which they came, and the host reads standard output at once.
/// </summary>
internal sealed partial class ChannelModel
{
    public const int Blocked = -1;

    private const int Completed = 0;
    private const int Dropped = 1;
    private const int Cancelled = 2;
    private const int MostValues = (1 << 28) - 1;
    private const int MostOfWrite = 8192;

    private static readonly ValueType[] Types =
    [
        new("bytes", IsFuture: false, Bytes: 1, IsPlain: true),
        new("wide", IsFuture: false, Bytes: 8, IsPlain: true),
        new("texts", IsFuture: false, Bytes: 8, IsPlain: false, Alignment: 4),
        new("ticks", IsFuture: false, Bytes: 0, IsPlain: true),
        new("byte", IsFuture: true, Bytes: 1, IsPlain: true),
        new("done", IsFuture: true, Bytes: 2, IsPlain: false, Alignment: 1),
    ];

    private readonly List<object?> _handles = [null];
    private readonly Stack<int> _free = [];
    private int _events;

    /// <summary>The part of the guest's memory in which all buffers lie, see <see cref="ChannelGuest.Data"/>.</summary>
    public byte[] Memory { get; } = new byte[ChannelGuest.DataBytes];

    public static IEnumerable<string> NamesOfTypes => Types.Select(type => type.Name);

    public IEnumerable<int> Handles => Enumerable.Range(1, _handles.Count - 1).Where(i => _handles[i] is not null);

    /// <summary>What a handle is, as <see cref="ChannelModelTests"/> chooses a function for it: a set, a timer, or a type and an end.</summary>
    public string Describe(int handle) =>
        _handles[handle] switch
        {
            End end => $"{end.Shared.Type.Name}.{(end.IsWriter ? "write" : "read")}",
            Timer => "timer",
            _ => "set",
        };

    public bool HasEvent(int set) => ((Set)_handles[set]!).Waitables.Any(waitable => waitable.Event is not null);

    /// <summary>Does what the guest does.</summary>
    /// <returns>What it keeps of it in its first registers.</returns>
    /// <exception cref="TrapException">It traps.</exception>
    public int[] Do(string function, int a, int b, int c)
    {
        switch (function)
        {
            case "wait-for":
                return [1 | (Add(new Timer()) << 4)];
            case "subtask.cancel":
                Timer cancelled = Get<Timer>(a);
                TrapIf(cancelled.IsResolved || cancelled.Set is not null);
                cancelled.IsResolved = true;
                return [4];
            case "subtask.drop":
                TrapIf(!Get<Timer>(a).IsResolved);
                Remove(a);
                return [];
            case "waitable-set.new":
                return [Add(new Set())];
            case "waitable-set.poll" or "waitable-set.wait":
                Set set = Get<Set>(a);
                CheckRoom(b);
                return Take(set);
            case "waitable-set.drop":
                TrapIf(Get<Set>(a).Waitables.Count != 0);
                Remove(a);
                return [];
            case "waitable.join":
                Waitable waitable = Get<Waitable>(a);
                Join(waitable, b == 0 ? null : Get<Set>(b));
                return [];
            case "stdin":
                CheckRoom(a);
                Shared input = new(TypeOf("bytes")) { IsDropped = true };
                Shared inputOutcome = new(TypeOf("done")) { HasValue = true };
                return [Add(new End(input, isWriter: false)), Add(new End(inputOutcome, isWriter: false))];
            case "stdout" or "stderr":
                return [GiveToHost(a)];
            default:
                string[] parts = function.Split('.');
                return DoWithChannel(TypeOf(parts[0]), parts[1], a, b, c);
        }
    }

    private int[] DoWithChannel(ValueType type, string function, int a, int b, int c)
    {
        switch (function)
        {
            case "new":
                Shared shared = new(type);
                return [Add(new End(shared, isWriter: false)), Add(new End(shared, isWriter: true))];
            case "read" or "write":
                return [Copy(type, a, b, type.IsFuture ? 1 : c, function == "write")];
            case "cancel-read" or "cancel-read-async" or "cancel-write":
                return [Cancel(EndOf(type, a, function == "cancel-write"), function == "cancel-read-async")];
            default:
                Drop(EndOf(type, a, function == "drop-writable"));
                Remove(a);
                return [];
        }
    }

    private int Copy(ValueType type, int handle, int pointer, int length, bool isWriter)
    {
        End end = EndOf(type, handle, isWriter);
        TrapIf(end.State != State.Idle);
        TrapIf((uint)length > MostValues);
        if (type.Bytes != 0 && length != 0)
        {
            TrapIf((uint)pointer % (uint)type.Alignment != 0);
            TrapIf((uint)pointer + ((long)length * type.Bytes) > ChannelGuest.MemoryBytes);
        }

        end.State = State.Copying;
        Room room = new(end, pointer, length);
        Meet(end.Shared, room);
        return end.Event is null ? Blocked : Tell(end).Payload;
    }

    private void Meet(Shared shared, Room room)
    {
        bool isFuture = shared.Type.IsFuture;
        if (shared.IsDropped)
        {
            Finish(room, Dropped);
        }
        else if (shared.HasValue)
        {
            Memory[room.Pointer - ChannelGuest.Data] = 0;
            room.Progress = 1;
            Finish(room, Completed);
        }
        else if (shared.IsRead)
        {
            room.Progress = Math.Min(room.Length, MostOfWrite);
            Finish(room, Completed);
        }
        else if (shared.Pending is not { } pending)
        {
            shared.Pending = room;
        }
        else
        {
            TrapIf(!shared.Type.IsPlain);
            if (isFuture || pending.Remaining > 0)
            {
                int count = Math.Min(room.Remaining, pending.Remaining);
                Move(room.End.IsWriter ? room : pending, room.End.IsWriter ? pending : room, count);
                if (isFuture)
                {
                    shared.Pending = null;
                }

                if (count != 0)
                {
                    Finish(pending, Completed);
                }

                Finish(room, Completed);
            }
            else if (room.End.IsWriter && room.Length == 0 && pending.Length == 0)
            {
                Finish(room, Completed);
            }
            else
            {
                Finish(pending, Completed);
                shared.Pending = room;
            }
        }
    }

    private void Move(Room from, Room to, int count)
    {
        int bytes = count * from.End.Shared.Type.Bytes;
        if (bytes != 0)
        {
            byte[] values = Memory.AsSpan(from.Place, bytes).ToArray();
            values.CopyTo(Memory.AsSpan(to.Place));
        }

        from.Progress += count;
        to.Progress += count;
    }

    private int Cancel(End end, bool isAsync)
    {
        TrapIf(end.State != State.Copying);
        TrapIf(end.Set is not null && !isAsync);
        if (end.Event is null)
        {
            Room pending = end.Shared.Pending!;
            end.Shared.Pending = null;
            Finish(pending, Cancelled);
        }

        return Tell(end).Payload;
    }

    private void Drop(End end)
    {
        Shared shared = end.Shared;
        TrapIf(end.State == State.Copying);
        TrapIf(shared.Type.IsFuture && end.IsWriter && end.State != State.Done);
        shared.IsDropped = true;
        if (shared.Pending is { } pending)
        {
            shared.Pending = null;
            Finish(pending, Dropped);
        }

        if (shared.Outcome is { } outcome)
        {
            Succeed(outcome);
        }
    }

    private int GiveToHost(int handle)
    {
        End end = EndOf(TypeOf("bytes"), handle, isWriter: false);
        TrapIf(end.State != State.Idle || end.Set is not null);
        Remove(handle);
        Shared outcome = new(TypeOf("done"));
        end.Shared.IsRead = true;
        end.Shared.Outcome = outcome;
        if (end.Shared.IsDropped)
        {
            Succeed(outcome);
        }
        else if (end.Shared.Pending is { } pending)
        {
            pending.Progress = pending.Length;
            Finish(pending, Completed);
        }

        return Add(new End(outcome, isWriter: false));
    }

    private void Succeed(Shared outcome)
    {
        outcome.HasValue = true;
        if (outcome.Pending is { } pending)
        {
            outcome.Pending = null;
            Meet(outcome, pending);
        }
    }

    /// <summary>Sets the event of an end. It may become another one until the guest is told, and keeps its place then.</summary>
    private void Finish(Room room, int result)
    {
        End end = room.End;
        end.Since = end.Event is null ? ++_events : end.Since;
        end.Event = () =>
        {
            Shared shared = end.Shared;
            shared.Pending = shared.Pending == room ? null : shared.Pending;
            bool isFuture = shared.Type.IsFuture;
            end.State = result == Dropped || (isFuture && result == Completed) ? State.Done : State.Idle;
            return isFuture ? result : result | (room.Progress << 4);
        };
    }

    private static (int Code, int Payload) Tell(End end)
    {
        Func<int> told = end.Event!;
        end.Event = null;
        return (2 + (end.Shared.Type.IsFuture ? 2 : 0) + (end.IsWriter ? 1 : 0), told());
    }

    private int[] Take(Set set)
    {
        if (
            set.Waitables.Where(waitable => waitable.Event is not null).MinBy(waitable => waitable.Since) is not End end
        )
        {
            return [0, 0, 0];
        }

        (int code, int payload) = Tell(end);
        return [code, _handles.IndexOf(end), payload];
    }

    private static void Join(Waitable waitable, Set? set)
    {
        waitable.Set?.Waitables.Remove(waitable);
        waitable.Set = set;
        set?.Waitables.Add(waitable);
    }

    private End EndOf(ValueType type, int handle, bool isWriter)
    {
        End end = Get<End>(handle);
        TrapIf(end.IsWriter != isWriter || end.Shared.Type != type);
        return end;
    }

    private T Get<T>(int handle)
        where T : class
    {
        TrapIf(handle <= 0 || handle >= _handles.Count);
        return _handles[handle] as T ?? throw new TrapException();
    }

    private int Add(object item)
    {
        if (_free.TryPop(out int handle))
        {
            _handles[handle] = item;
            return handle;
        }

        _handles.Add(item);
        return _handles.Count - 1;
    }

    private void Remove(int handle)
    {
        if (_handles[handle] is Waitable waitable)
        {
            Join(waitable, null);
        }

        _handles[handle] = null;
        _free.Push(handle);
    }

    /// <summary>Two numbers of 32 bits are written there.</summary>
    private static void CheckRoom(int address) =>
        TrapIf(address % sizeof(int) != 0 || (uint)address + 8L > ChannelGuest.MemoryBytes);

    private static ValueType TypeOf(string name) => Array.Find(Types, type => type.Name == name)!;

    private static void TrapIf(bool traps)
    {
        if (traps)
        {
            throw new TrapException();
        }
    }

    public sealed class TrapException : Exception;
}
