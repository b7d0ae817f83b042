using System.Runtime.InteropServices;

namespace FireAndForget.Mailboxes;

/// <summary>
/// Messages of one sender that wait for their time, earliest first; those of the same time in the order in which they were added. For
/// one thread at a time.
/// </summary>
/// <remarks>
/// A heap of times and places, and the messages at their places, with their bytes in memory outside of the collector's: together less
/// than 64 bytes a message beside its bytes. A place is used again, and a message's number says which of those that had the place it
/// is. Each of the heap's nodes has four children, which lie side by side, so that a million messages are ten levels deep.
/// </remarks>
internal sealed unsafe class TimedMessages
{
    /// <summary>The most messages: their places fit into a number beside a count of additions.</summary>
    public const int Most = 1 << PlaceBits;

    private const int PlaceBits = 20;
    private const int Children = 4;
    private const int None = -1;

    private readonly PagedList<Node> _heap = new();
    private readonly PagedList<Entry> _entries = new();
    private readonly PagedList<string?> _targets = new();

    /// <summary>The first of the places that are free, each of which has the next one; none: -1.</summary>
    private int _free = None;
    private uint _added;

    ~TimedMessages() => FreeAll();

    public int Count => _heap.Count;

    /// <summary>The sum of the messages' lengths.</summary>
    public long ByteCount { get; private set; }

    /// <summary>The time of the first message. There must be one.</summary>
    public TimeSpan FirstTime => TimeSpan.FromTicks(_heap[0].Ticks);

    /// <summary>Adds a message, whose bytes are copied.</summary>
    /// <returns>Its number, by which it is found again: 1 or more, and another one for each message.</returns>
    public long Add(TimeSpan time, string target, ReadOnlySpan<byte> message)
    {
        int place = TakePlace();
        ref Entry entry = ref _entries[place];
        entry.Bytes = (byte*)NativeMemory.Alloc((nuint)message.Length);
        message.CopyTo(new(entry.Bytes, message.Length));
        entry.Length = message.Length;
        entry.Addition = ++_added;
        _targets[place] = target;
        ByteCount += message.Length;
        ref Node last = ref _heap.Add();
        last = new() { Ticks = time.Ticks, Place = place };
        MoveUp(_heap.Count - 1, last);
        return NumberOf(place);
    }

    /// <summary>Removes a message before its time.</summary>
    /// <returns>False where it is not here any more, or never was.</returns>
    public bool Remove(long number)
    {
        int place = (int)(number & (Most - 1));
        if (number <= 0 || place >= _entries.Count || _entries[place].HeapIndex < 0 || NumberOf(place) != number)
        {
            return false;
        }

        NativeMemory.Free(_entries[place].Bytes);
        RemoveAt(_entries[place].HeapIndex);
        return true;
    }

    /// <summary>Takes the first message out.</summary>
    /// <returns>Its target.</returns>
    public string TakeFirst(out TimedMessage message)
    {
        int place = _heap[0].Place;
        message = new(_entries[place].Bytes, _entries[place].Length);
        string target = _targets[place]!;
        RemoveAt(0);
        return target;
    }

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        FreeAll();
        _heap.Clear();
        _entries.Clear();
        _targets.Clear();
        _free = None;
        ByteCount = 0;
    }

    private long NumberOf(int place) => ((long)_entries[place].Addition << PlaceBits) | (uint)place;

    private int TakePlace()
    {
        if (_free == None)
        {
            _targets.Add();
            _entries.Add();
            return _entries.Count - 1;
        }

        int place = _free;
        _free = _entries[place].NextFree;
        return place;
    }

    private void RemoveAt(int index)
    {
        int place = _heap[index].Place;
        ByteCount -= _entries[place].Length;
        _targets[place] = null;
        _entries[place] = new() { HeapIndex = None, NextFree = _free };
        _free = place;
        Node last = _heap[_heap.Count - 1];
        _heap.RemoveLast();
        if (index < _heap.Count)
        {
            MoveUp(index, last);
            MoveDown(_entries[last.Place].HeapIndex, last);
        }

        if (_heap.Count == 0)
        {
            // The memory is given back, so that one burst does not keep it for ever.
            _entries.Clear();
            _targets.Clear();
            _free = None;
        }
    }

    private void MoveUp(int index, Node moved)
    {
        while (index > 0)
        {
            int parent = (index - 1) / Children;
            if (!IsBefore(moved, _heap[parent]))
            {
                break;
            }

            Put(_heap[parent], index);
            index = parent;
        }

        Put(moved, index);
    }

    private void MoveDown(int index, Node moved)
    {
        while (true)
        {
            int first = (index * Children) + 1;
            int end = Math.Min(first + Children, _heap.Count);
            int earliest = first;
            for (int child = first + 1; child < end; child++)
            {
                if (IsBefore(_heap[child], _heap[earliest]))
                {
                    earliest = child;
                }
            }

            if (first >= end || !IsBefore(_heap[earliest], moved))
            {
                break;
            }

            Put(_heap[earliest], index);
            index = earliest;
        }

        Put(moved, index);
    }

    private void Put(Node node, int index)
    {
        _heap[index] = node;
        _entries[node.Place].HeapIndex = index;
    }

    private bool IsBefore(Node one, Node other) =>
        one.Ticks < other.Ticks
        || one.Ticks == other.Ticks
            // The count wraps around; messages that wait together were added less than half of its range apart.
            && (int)(_entries[one.Place].Addition - _entries[other.Place].Addition) < 0;

    private void FreeAll()
    {
        for (int i = 0; i < _heap.Count; i++)
        {
            NativeMemory.Free(_entries[_heap[i].Place].Bytes);
        }
    }

    /// <summary>A message's time and place, in 12 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Node
    {
        public long Ticks;
        public int Place;
    }

    /// <summary>A message, or a free place, in 20 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Entry
    {
        public byte* Bytes;
        public int Length;

        /// <summary>Where it is in the heap; -1: it is a free place.</summary>
        public int HeapIndex;

        /// <summary>How many were added up to it, itself included.</summary>
        public uint Addition;

        /// <summary>The next free place, of one that is free.</summary>
        public int NextFree
        {
            readonly get => Length;
            set => Length = value;
        }
    }
}

/// <summary>A message that was taken out. The caller who took it disposes of it.</summary>
internal readonly unsafe struct TimedMessage(byte* bytes, int length) : IDisposable
{
    public int Length => length;

    public ReadOnlySpan<byte> Bytes => new(bytes, length);

    public void Dispose() => NativeMemory.Free(bytes);
}
