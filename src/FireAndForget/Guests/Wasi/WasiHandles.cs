using System.Diagnostics.CodeAnalysis;
using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Wasi;

/// <summary>
/// The handles of one instance, for resources of all kinds, as the canonical ABI numbers them: from 1 on, a dropped number is the
/// next to be given. Whatever is wrong with a handle traps.
/// </summary>
internal sealed partial class WasiHandles
{
    /// <summary>The most handles at a time.</summary>
    public const int Most = 10_000;

    private Entry[] _entries = [];
    private int _used;
    private int _lastDropped;

    /// <summary>Makes a handle.</summary>
    /// <param name="kind">What it stands for.</param>
    /// <param name="value">A stream's number, or the instant at which a pollable is ready.</param>
    /// <param name="parent">The handle that may not be dropped before this one; 0: none.</param>
    public int Add(WasiHandleKind kind, ulong value = 0, int parent = 0)
    {
        int handle = _lastDropped;
        if (handle != 0)
        {
            _lastDropped = _entries[handle - 1].Parent;
        }
        else
        {
            handle = ++_used;
            if (handle > Most)
            {
                throw new GuestTrapException($"it holds {Most} handles, and may hold no more");
            }

            if (handle > _entries.Length)
            {
                Array.Resize(ref _entries, Math.Max(8, _entries.Length * 2));
            }
        }

        _entries[handle - 1] = new()
        {
            Kind = kind,
            Value = value,
            Parent = parent,
        };
        if (parent != 0)
        {
            _entries[parent - 1].Children++;
        }

        return handle;
    }

    /// <summary>The value of a handle of that kind.</summary>
    public ulong ValueOf(int handle, WasiHandleKind kind) => At(handle, kind).Value;

    public void Drop(int handle, WasiHandleKind kind)
    {
        ref Entry entry = ref At(handle, kind);
        if (entry.Children != 0)
        {
            throw new GuestTrapException(
                kind == WasiHandleKind.WaitableSet
                    ? $"it dropped waitable-set {handle}, in which waitables still are"
                    : $"it dropped {Named(kind)} {handle} before the pollable that came from it"
            );
        }

        Remove(handle);
    }

    /// <summary>Removes a handle that is known to be there, out of its set too.</summary>
    public void Remove(int handle)
    {
        ref Entry entry = ref _entries[handle - 1];
        if (entry.Parent != 0)
        {
            _entries[entry.Parent - 1].Children--;
        }

        entry = new() { Parent = _lastDropped };
        _lastDropped = handle;
    }

    private ref Entry At(int handle, WasiHandleKind kind)
    {
        // As unsigned numbers, so that 0 and negative ones are out of range too.
        if ((uint)handle - 1 >= (uint)_used || _entries[handle - 1].Kind != kind)
        {
            ThrowUnknown(handle, Named(kind));
        }

        return ref _entries[handle - 1];
    }

    [DoesNotReturn]
    private void ThrowUnknown(int handle, string expected)
    {
        WasiHandleKind other = (uint)handle - 1 < (uint)_used ? _entries[handle - 1].Kind : WasiHandleKind.None;
        throw new GuestTrapException(
            other == WasiHandleKind.None
                ? $"it has no handle {(uint)handle}, which it gave as {expected}"
                : $"its handle {(uint)handle} is {Named(other)}, and it gave it as {expected}"
        );
    }

    private static string Named(WasiHandleKind kind) =>
        kind switch
        {
            WasiHandleKind.InputStream => "an input-stream",
            WasiHandleKind.OutputStream => "an output-stream",
            WasiHandleKind.Pollable => "a pollable",
            WasiHandleKind.Client => "a client",
            WasiHandleKind.Message => "a message",
            WasiHandleKind.RequestOptions => "request-options",
            WasiHandleKind.WaitableSet => "a waitable-set",
            WasiHandleKind.Subtask => "a subtask",
            WasiHandleKind.StreamReader => "the readable end of a stream",
            WasiHandleKind.StreamWriter => "the writable end of a stream",
            WasiHandleKind.FutureReader => "the readable end of a future",
            WasiHandleKind.FutureWriter => "the writable end of a future",
            _ => "a network",
        };

    private struct Entry
    {
        public WasiHandleKind Kind;

        /// <summary>How many handles came from this one and are not dropped yet; of a set, how many waitables are in it.</summary>
        public int Children;

        /// <summary>Of a subtask: whether the guest knows that it has ended.</summary>
        public bool HasEnded;

        /// <summary>The handle from which it came, or of a waitable the set in which it is; of a dropped one, the one dropped before it.</summary>
        public int Parent;
        public ulong Value;

        /// <summary>Of an end of a stream or future: what it stands for.</summary>
        public ChannelEnd? End;

        /// <summary>Of a waitable: the instant from which on the guest can be told of it; the last one of all where there is none.</summary>
        public readonly ulong ReadyAt =>
            Kind == WasiHandleKind.Subtask ? (HasEnded ? ulong.MaxValue : Value) : End!.ReadyAt;
    }
}
