using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// Gives every id that sends a number, which is what mailboxes carry, and another one for each topic under which it publishes.
/// Messages may outlive the registration of their sender, so an id keeps its number while anybody holds it or a message of it waits in a
/// mailbox. Afterwards another id may get the number. A message that was released and is still to be reported is reported with the
/// <see cref="Names"/> that were read before its release.
/// </summary>
/// <param name="mailboxes">All in which messages may wait; null: there are none.</param>
internal sealed class SenderDirectory(Func<IEnumerable<Mailbox>>? mailboxes = null)
{
    /// <summary>
    /// How many numbers without a holder there must be before looking for them in the mailboxes is worth its cost.
    /// </summary>
    private const int WorthLooking = 64;

    /// <summary>How many waiting messages cost about as much to look at as keeping one more id costs.</summary>
    private const int MessagesForAnId = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Id, string? Topic), uint> _numbers = [];
    private readonly Stack<uint> _free = new();

    /// <summary>The numbers that finalizers gave back; finalizers must not wait for the lock.</summary>
    private readonly ConcurrentStack<uint> _givenBack = new();
    private volatile Entry[] _entries = [];

    /// <summary>The topics of the numbers that have one. Read only while a message with the number waits.</summary>
    private volatile TopicName?[] _topics = [];

    /// <summary>How often each number is held, by <see cref="SenderNumber"/>.</summary>
    private int[] _holds = [];
    private int _used;

    /// <summary>How many ids have a number that nobody holds.</summary>
    private int _unheld;
    private int _lookAt = WorthLooking;
    private int _version;

    /// <summary>How many ids have a number.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _numbers.Count;
            }
        }
    }

    /// <summary>Greater than every number that an id has by now, without the flag of a topic.</summary>
    public int Capacity => _entries.Length;

    /// <summary>
    /// A version that grows before a number is given to another id: caches of what numbers mean are out of date then.
    /// </summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>The number of an id, the same as before where it still has one.</summary>
    public SenderNumber NumberOf(string id) => NumberOf(id, topic: null);

    /// <summary>The number of an id as the publisher of a topic; it has <see cref="MessageOrigin.TopicFlag"/>.</summary>
    public SenderNumber NumberOf(string id, TopicName? topic)
    {
        lock (_lock)
        {
            CountGivenBack();
            if (!_numbers.TryGetValue((id, topic?.Text), out uint number))
            {
                number = Add(id, topic);
            }
            else if (_holds[number] == 0)
            {
                _unheld--;
            }

            _holds[number]++;
            return new(this, topic is null ? number : number | MessageOrigin.TopicFlag);
        }
    }

    /// <summary>
    /// The ids by their numbers as they are now. For a message that waits in a mailbox they tell the sender also later, when the
    /// message is released and its number is given to another id.
    /// </summary>
    public SenderNames Names => new(_entries);

    public string IdOf(uint number) => _entries[Index(number)].Id;

    /// <summary>The id as the bytes that a guest gets; ids are ASCII, so this is UTF-8.</summary>
    public ReadOnlySpan<byte> BytesOf(uint number) => _entries[Index(number)].Bytes;

    /// <summary>The topic of a number that has one, while a message with it waits.</summary>
    public TopicName TopicOf(uint number) => _topics[Index(number)]!;

    /// <summary>Counts one holder less. For <see cref="SenderNumber"/>.</summary>
    public void GiveBack(uint number) => _givenBack.Push(Index(number));

    /// <summary>Where the entry of a number stands.</summary>
    public static uint Index(uint number) => number & ~MessageOrigin.TopicFlag;

    private void CountGivenBack()
    {
        while (_givenBack.TryPop(out uint number))
        {
            if (--_holds[number] == 0)
            {
                _unheld++;
            }
        }

        if (_unheld >= _lookAt)
        {
            FreeWhatNobodyNeeds();
        }
    }

    private uint Add(string id, TopicName? topic)
    {
        Entry entry = new(id, Encoding.ASCII.GetBytes(id));
        if (_free.TryPop(out uint number))
        {
            Interlocked.Increment(ref _version);
            _entries[number] = entry;
            _topics[number] = topic;
        }
        else
        {
            number = (uint)_used;
            Entry[] entries = _entries;
            TopicName?[] topics = _topics;
            if (_used == entries.Length)
            {
                int size = Math.Max(16, entries.Length * 2);
                Array.Resize(ref entries, size);
                Array.Resize(ref topics, size);
                Array.Resize(ref _holds, size);
            }

            entries[number] = entry;
            topics[number] = topic;
            _entries = entries;
            _topics = topics;
            _used++;
        }

        _numbers[(id, topic?.Text)] = number;
        return number;
    }

    /// <summary>Frees the numbers that nobody holds and no message carries.</summary>
    private void FreeWhatNobodyNeeds()
    {
        bool[] isWaiting = new bool[_used];
        long messages = 0;
        foreach (Mailbox mailbox in mailboxes?.Invoke() ?? [])
        {
            messages += mailbox.MarkSenders(isWaiting);
        }

        // The numbers are freed in a copy of the array, because a released message may still be reported with the old array. A
        // number that is free in an array is written in place later: no message carried it when anybody read that array first.
        Entry[] entries = [.. _entries];
        // No message is added any more with a number that nobody holds: a number that no waiting message carries now is never
        // carried again.
        for (int number = 0; number < _used; number++)
        {
            string? id = entries[number].Id;
            if (id is not null && _holds[number] == 0 && !isWaiting[number])
            {
                _numbers.Remove((id, _topics[number]?.Text));
                entries[number] = default;
                _topics[number] = null;
                _free.Push((uint)number);
                _unheld--;
            }
        }

        _entries = entries;
        // The cost of this look is spread over as many new ids.
        long others = Math.Max(_numbers.Count, messages / MessagesForAnId);
        _lookAt = (int)Math.Min(int.MaxValue, _unheld + Math.Max(WorthLooking, others));
    }

    /// <summary>An id, as text and as the bytes that a guest gets.</summary>
    internal readonly record struct Entry(string Id, byte[] Bytes);
}

/// <summary>The ids of senders by their numbers, as they were when this was taken from the <see cref="SenderDirectory"/>.</summary>
internal readonly struct SenderNames(SenderDirectory.Entry[] entries)
{
    public string IdOf(uint number) => entries[SenderDirectory.Index(number)].Id;
}

/// <summary>
/// A participant's hold on the number of its id. As long as anybody can reach this object, messages may still be sent under that
/// number, also by a send that is under way while its participant is removed. So only the garbage collector gives the number back,
/// and a send keeps its participant alive until the message is in the mailbox.
/// </summary>
internal sealed class SenderNumber(SenderDirectory directory, uint value)
{
    ~SenderNumber() => directory.GiveBack(value);

    public uint Value => value;

    /// <summary>The number of the same id as the publisher of a topic.</summary>
    public SenderNumber For(string id, TopicName topic) => directory.NumberOf(id, topic);
}
