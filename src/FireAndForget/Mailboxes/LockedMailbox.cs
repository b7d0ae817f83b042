using System.Buffers;
using FireAndForget.Messages;

namespace FireAndForget.Mailboxes;

/// <summary>
/// The mailbox for what <see cref="RingMailbox"/> cannot do: to drop the oldest messages, and to have no bound. It keeps every message in a
/// pooled buffer, in a queue behind a short lock, which costs its own senders more than the other mailbox would.
/// </summary>
internal sealed class LockedMailbox : Mailbox
{
    /// <summary>
    /// The most messages that the reader takes at a time. Messages that it has are in flight: they are neither evicted nor counted
    /// as waiting.
    /// </summary>
    private const int MostTaken = 64;

    private readonly Lock _lock = new();
    private readonly int _maxMessages;
    private readonly int _maxBytes;
    private readonly bool _isBounded;
    private readonly Evicted _evicted;
    private readonly ArrayPool<byte> _buffers;

    /// <summary>The messages; the reader has taken the first <see cref="_taken"/> of them. Not read-only, because it is a struct.</summary>
    private MessageRing _messages = new();
    private int _taken;
    private long _waitingBytes;
    private long _accepted;
    private bool _closed;
    private bool _keepsBuffers;

    /// <summary>A mailbox.</summary>
    /// <param name="options">Its bounds, or that it has none.</param>
    /// <param name="evicted">
    /// Called with each message that was evicted, under the lock, so it only counts and publishes. It may return an action that is
    /// called outside of the lock.
    /// </param>
    /// <param name="buffers">Gives it the memory for messages; null: the process's pool.</param>
    public LockedMailbox(MailboxOptions options, Evicted evicted, ArrayPool<byte>? buffers = null)
    {
        _buffers = buffers ?? ArrayPool<byte>.Shared;
        _isBounded = !options.IsUnbounded;
        _maxMessages = _isBounded ? options.Messages : int.MaxValue;
        _maxBytes = _isBounded ? options.Bytes : int.MaxValue;
        _evicted = evicted;
    }

    /// <summary>Called behind a send that evicted messages, without the lock; it may wait.</summary>
    public Action? AfterEviction { get; init; }

    // This takes no lock, because a thread may ask that holds the lock of another mailbox while it evicts a message there.
    public override long Accepted => Volatile.Read(ref _accepted);

    public override int Count
    {
        get
        {
            lock (_lock)
            {
                return _messages.Count;
            }
        }
    }

    public override long ByteCount
    {
        get
        {
            lock (_lock)
            {
                return _waitingBytes;
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

    public override bool IsQuiet
    {
        get
        {
            lock (_lock)
            {
                return !_closed && _messages.Count == 0;
            }
        }
    }

    public override bool HasNext => Count != 0;

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message) =>
        TryEnqueue(sender, message, out _);

    public override SendStatus TryEnqueue(uint sender, ReadOnlySpan<byte> message, out long number)
    {
        number = 0;
        if (message.Length > _maxBytes)
        {
            return IsClosed ? SendStatus.Closed : SendStatus.QueueFull;
        }

        if (!TryRent(message.Length, out byte[] buffer))
        {
            return IsClosed ? SendStatus.Closed : SendStatus.QueueFull;
        }

        message.CopyTo(buffer);
        SendStatus status = Add(new(sender, buffer, message.Length), out bool hasEvicted, out number);
        if (status != SendStatus.Accepted)
        {
            _buffers.Return(buffer);
            return status;
        }

        if (hasEvicted)
        {
            AfterEviction?.Invoke();
        }

        Interlocked.MemoryBarrier();
        return SendStatus.Accepted;
    }

    public override void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }

        AnnounceRoom();
    }

    public override bool TryCloseEmpty()
    {
        bool isClosed;
        lock (_lock)
        {
            isClosed = _messages.Count == 0;
            _closed |= isClosed;
        }

        if (isClosed)
        {
            AnnounceRoom();
        }

        return isClosed;
    }

    public override int CopyRun(Span<MessageSlot> slots, Span<byte> bytes, out uint start)
    {
        start = 0;
        uint end = 0;
        int count = 0;
        lock (_lock)
        {
            Take();
            while (count < Math.Min(_taken, slots.Length))
            {
                QueuedMessage message = _messages.At(count);
                uint next = end + (((uint)message.Length + 7) & ~7u);
                if (message.Length > LargestInBatch || next > bytes.Length)
                {
                    break;
                }

                message.Bytes.CopyTo(bytes[(int)end..]);
                slots[count++] = new()
                {
                    Length = (uint)message.Length,
                    Sender = message.Sender,
                    End = next,
                };
                end = next;
            }
        }

        return count;
    }

    public override bool TryPeek(int index, out uint sender, out ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            Take();
            bool found = index < _taken;
            QueuedMessage queued = found ? _messages.At(index) : default;
            sender = queued.Sender;
            message = found ? queued.Bytes : default;
            return found;
        }
    }

    public override long NumberOf(int index)
    {
        lock (_lock)
        {
            return _messages.At(index).Number;
        }
    }

    public override int CountUpTo(long number, int most)
    {
        lock (_lock)
        {
            int count = 0;
            while (count < Math.Min(most, _messages.Count) && _messages.At(count).Number <= number)
            {
                count++;
            }

            return count;
        }
    }

    public override void Release(int count)
    {
        lock (_lock)
        {
            for (int i = 0; i < count; i++)
            {
                QueuedMessage first = _messages.RemoveFirst();
                if (!_keepsBuffers)
                {
                    _buffers.Return(first.Buffer);
                }
            }

            _taken -= count;
        }

        AnnounceRoom();
    }

    public override int MarkSenders(Span<bool> senders, List<uint>? contexts = null)
    {
        // The lock is held, so no message is evicted and reported meanwhile.
        lock (_lock)
        {
            for (int i = 0; i < _messages.Count; i++)
            {
                Mark(_messages.At(i).Sender, senders, contexts);
            }

            return _messages.Count;
        }
    }

    /// <summary>Puts back the messages that the reader has taken and not released: they wait again, and may be evicted.</summary>
    public override void Rewind()
    {
        Action? later = null;
        lock (_lock)
        {
            for (int i = 0; i < _taken; i++)
            {
                _waitingBytes += _messages.At(i).Length;
            }

            _taken = 0;
            MakeRoom(messages: 0, bytes: 0, ref later);
        }

        later?.Invoke();
    }

    public override void KeepMemory()
    {
        lock (_lock)
        {
            _keepsBuffers = true;
        }
    }

    public override void Dispose()
    {
        if (!IsClosed || Count != 0)
        {
            throw new InvalidOperationException("A mailbox gives its memory back when it is closed and empty.");
        }
    }

    private SendStatus Add(QueuedMessage message, out bool hasEvicted, out long number)
    {
        hasEvicted = false;
        number = 0;
        Action? later = null;
        lock (_lock)
        {
            if (_closed)
            {
                return SendStatus.Closed;
            }

            // Room in the ring is made before anything is evicted: where there is no memory for it, nothing is evicted in vain.
            if (!_messages.TryMakeRoom())
            {
                return SendStatus.QueueFull;
            }

            hasEvicted = MakeRoom(messages: 1, message.Length, ref later);
            number = _accepted + 1;
            Volatile.Write(ref _accepted, number);
            _messages.Add(message with { Number = number });
            _waitingBytes += message.Length;
        }

        later?.Invoke();
        return SendStatus.Accepted;
    }

    private void Take()
    {
        if (_taken != 0)
        {
            return;
        }

        while (_taken < Math.Min(MostTaken, _messages.Count))
        {
            _waitingBytes -= _messages.At(_taken++).Length;
        }
    }

    /// <summary>Evicts the oldest that wait until there is room for these numbers of messages and bytes.</summary>
    /// <returns>Whether there were any.</returns>
    private bool MakeRoom(int messages, int bytes, ref Action? later)
    {
        bool hasEvicted = false;
        while (_isBounded && (_messages.Count - _taken + messages > _maxMessages || _waitingBytes + bytes > _maxBytes))
        {
            QueuedMessage oldest = _messages.RemoveAt(_taken);
            _waitingBytes -= oldest.Length;
            _buffers.Return(oldest.Buffer);
            later += _evicted(oldest.Sender, oldest.Length, oldest.Number);
            hasEvicted = true;
        }

        return hasEvicted;
    }

    /// <summary>A buffer for a message; false where the machine has no memory left.</summary>
    private bool TryRent(int length, out byte[] buffer)
    {
        try
        {
            buffer = _buffers.Rent(length);
            return true;
        }
        catch (OutOfMemoryException)
        {
            buffer = [];
            return false;
        }
    }

    /// <summary>Called with a message that was evicted to make room.</summary>
    /// <param name="sender">Where it came from, as its slot says.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="number">Its number, as <see cref="NumberOf"/>.</param>
    /// <returns>An action to call outside of the lock; null: there is none.</returns>
    public delegate Action? Evicted(uint sender, int length, long number);
}
