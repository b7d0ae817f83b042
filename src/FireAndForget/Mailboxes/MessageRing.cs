namespace FireAndForget.Mailboxes;

/// <summary>The messages of a <see cref="LockedMailbox"/> in their order, in a ring that grows. Its owner holds a lock at each call.</summary>
internal struct MessageRing()
{
    /// <summary>Its length is a power of two, so that a place in it is found with a mask.</summary>
    private QueuedMessage[] _places = new QueuedMessage[16];
    private int _first;

    /// <summary>How many messages it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The message at an index; the first one's is 0.</summary>
    public readonly ref QueuedMessage At(int index) => ref _places[(_first + index) & (_places.Length - 1)];

    /// <summary>Adds the last message. There is room for it, because <see cref="TryMakeRoom"/> was called before.</summary>
    public void Add(QueuedMessage message) => At(Count++) = message;

    /// <summary>Removes the first message.</summary>
    public QueuedMessage RemoveFirst()
    {
        QueuedMessage first = At(0);
        // Otherwise the ring would keep the buffer alive.
        At(0) = default;
        _first = (_first + 1) & (_places.Length - 1);
        Count--;
        return first;
    }

    /// <summary>Removes the message at an index; those before it stay.</summary>
    public QueuedMessage RemoveAt(int index)
    {
        QueuedMessage removed = At(index);
        for (int i = index; i > 0; i--)
        {
            At(i) = At(i - 1);
        }

        RemoveFirst();
        return removed;
    }

    /// <summary>Makes room for one more message.</summary>
    /// <returns>False where there is no memory for it.</returns>
    public bool TryMakeRoom()
    {
        if (Count < _places.Length)
        {
            return true;
        }

        if (_places.Length > Array.MaxLength / 2)
        {
            return false;
        }

        try
        {
            var larger = new QueuedMessage[_places.Length * 2];
            for (int i = 0; i < Count; i++)
            {
                larger[i] = At(i);
            }

            _places = larger;
            _first = 0;
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }
}

/// <summary>A message that waits, in a buffer of its own.</summary>
/// <param name="Sender">Where it came from, as its slot says.</param>
/// <param name="Buffer">Holds its bytes, and may be longer.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct QueuedMessage(uint Sender, byte[] Buffer, int Length)
{
    /// <summary>Its number, as <see cref="Mailbox.NumberOf"/>.</summary>
    public long Number { get; init; }

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Length);
}
