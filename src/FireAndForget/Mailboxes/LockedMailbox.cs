using System.Buffers;

namespace FireAndForget.Mailboxes;

/// <summary>
/// The mailbox for what the ring cannot do: to drop the oldest messages, and to have no bound. It keeps every message in a
/// pooled buffer, in a queue behind a short lock, and costs its own senders more than the ring would; nobody else.
/// </summary>
internal sealed class LockedMailbox : Mailbox
{
    /// <summary>Messages handed to the reader at a time. From then on they are in flight: not evicted, not counted.</summary>
    private const int LeaseSize = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Entry> _queue = new();
    private readonly Entry[] _lease = new Entry[LeaseSize];
    private readonly int _maxMessages;
    private readonly int _maxBytes;
    private readonly bool _isBounded;
    private readonly Action<uint, int> _evicted;
    private long _accepted;
    private long _bytes;
    private bool _closed;
    private int _leaseStart;
    private int _leaseEnd;

    /// <summary>A mailbox.</summary>
    /// <param name="options">Its bounds, or that it has none.</param>
    /// <param name="evicted">Told of each message that made room: its sender and length. Called under the lock: it only counts and publishes.</param>
    public LockedMailbox(MailboxOptions options, Action<uint, int> evicted)
    {
        _maxMessages = options.IsUnbounded ? int.MaxValue : options.Messages;
        _maxBytes = options.IsUnbounded ? int.MaxValue : options.Bytes;
        _isBounded = !options.IsUnbounded;
        _evicted = evicted;
    }

    public override long Accepted
    {
        get
        {
            lock (_lock)
            {
                return _accepted;
            }
        }
    }

    public override int Count
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count + _leaseEnd - _leaseStart;
            }
        }
    }

    public override long ByteCount
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public override int LargestMessage => _maxBytes;

    public override bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _closed;
            }
        }
    }

    public override bool IsQuiet => !IsClosed && Count == 0;

    public override bool HasNext => Count != 0;

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message)
    {
        if (message.Length > _maxBytes)
        {
            return IsClosed ? SendStatus.Closed : SendStatus.QueueFull;
        }

        byte[]? buffer = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(buffer);
        lock (_lock)
        {
            if (!_closed)
            {
                MakeRoom(message.Length);
                _queue.Enqueue(new(sender, buffer, message.Length));
                _bytes += message.Length;
                _accepted++;
                buffer = null;
            }
        }

        if (buffer is null)
        {
            Interlocked.MemoryBarrier();
            return SendStatus.Accepted;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return SendStatus.Closed;
    }

    public override void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }

        AnnounceRoom();
    }

    public override int CopyRun(Span<MessageSlot> slots, Span<byte> bytes, out uint start)
    {
        Lease();
        start = 0;
        uint end = 0;
        int count = 0;
        foreach (Entry entry in _lease.AsSpan(_leaseStart.._leaseEnd))
        {
            uint next = end + (((uint)entry.Length + 7) & ~7u);
            if (count == slots.Length || entry.Length > OutOfLineThreshold || next > bytes.Length)
            {
                break;
            }

            entry.Message.CopyTo(bytes[(int)end..]);
            slots[count++] = new()
            {
                Length = (uint)entry.Length,
                Sender = entry.Sender,
                End = next,
            };
            end = next;
        }

        return count;
    }

    public override bool TryPeek(int index, out uint sender, out ReadOnlySpan<byte> message)
    {
        Lease();
        if (index >= _leaseEnd - _leaseStart)
        {
            sender = 0;
            message = default;
            return false;
        }

        sender = _lease[_leaseStart + index].Sender;
        message = _lease[_leaseStart + index].Message;
        return true;
    }

    public override void Release(int count)
    {
        lock (_lock)
        {
            for (int i = 0; i < count; i++)
            {
                ArrayPool<byte>.Shared.Return(_lease[_leaseStart++].Buffer);
            }
        }

        AnnounceRoom();
    }

    public override void Dispose()
    {
        if (!IsClosed || Count != 0)
        {
            throw new InvalidOperationException("A mailbox gives its memory back when it is closed and empty.");
        }
    }

    private void Lease()
    {
        if (_leaseStart != _leaseEnd)
        {
            return;
        }

        lock (_lock)
        {
            _leaseStart = 0;
            _leaseEnd = 0;
            while (_leaseEnd < LeaseSize && _queue.TryDequeue(out Entry entry))
            {
                _lease[_leaseEnd++] = entry;
                _bytes -= entry.Length;
            }
        }
    }

    private void MakeRoom(int length)
    {
        while (_isBounded && (_queue.Count >= _maxMessages || _bytes + length > _maxBytes))
        {
            Entry oldest = _queue.Dequeue();
            _bytes -= oldest.Length;
            ArrayPool<byte>.Shared.Return(oldest.Buffer);
            _evicted(oldest.Sender, oldest.Length);
        }
    }

    private readonly record struct Entry(uint Sender, byte[] Buffer, int Length)
    {
        public ReadOnlySpan<byte> Message => Buffer.AsSpan(0, Length);
    }
}
