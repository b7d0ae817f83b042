using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// Gives every id that sends a number, which is what mailboxes carry, and another one for each topic under which it publishes.
/// Messages may outlive the registration of their sender, so an id keeps its number while anybody holds it or a message of it waits in a
/// mailbox. Then another id gets the number. What is still to be told of a message that is released is told with the
/// <see cref="Names"/> of before.
/// </summary>
/// <param name="mailboxes">All in which messages may wait; null: there are none.</param>
internal sealed class SenderDirectory(Func<IEnumerable<Mailbox>>? mailboxes = null)
{
    /// <summary>The number of unheld numbers from which a look into the mailboxes is worth its cost.</summary>
    private const int WorthLooking = 64;

    /// <summary>The number of waiting messages whose look costs about as much as keeping one more id.</summary>
    private const int MessagesForAnId = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Id, string? Topic), uint> _numbers = [];
    private readonly Stack<uint> _free = new();

    /// <summary>What finalizers gave back, which must not wait for the lock.</summary>
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

    /// <summary>Grows before a number goes to another id: a cache of what numbers mean is out of date then.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>The number of an id, the same as before where it still has one.</summary>
    public SenderNumber NumberOf(string id) => NumberOf(id, topic: null);

    /// <summary>The number of an id as the publisher of a topic; it has <see cref="MessageOrigin.TopicFlag"/>.</summary>
    public SenderNumber NumberOf(string id, TopicName? topic)
    {
        lock (_lock)
        {
            TakeBack();
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
    /// The ids as they are now: of a message that waits in a mailbox this tells the sender's also later, when the message is released
    /// and its number has gone to another id.
    /// </summary>
    public SenderNames Names => new(_entries);

    public string IdOf(uint number) => _entries[Index(number)].Id;

    /// <summary>The id as the bytes that a guest gets; ids are ASCII, so this is UTF-8.</summary>
    public ReadOnlySpan<byte> BytesOf(uint number) => _entries[Index(number)].Bytes;

    /// <summary>The topic of a number that has one, while a message with it waits.</summary>
    public TopicName TopicOf(uint number) => _topics[Index(number)]!;

    /// <summary>One hold less. For <see cref="SenderNumber"/>.</summary>
    public void GiveBack(uint number) => _givenBack.Push(Index(number));

    /// <summary>Where the entry of a number stands.</summary>
    public static uint Index(uint number) => number & ~MessageOrigin.TopicFlag;

    private void TakeBack()
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

        // On a copy, because somebody may be telling of a message that is released already. A number that is free in an array is
        // written in place later: no message was there that carried it when anybody looked at that array first.
        Entry[] entries = [.. _entries];
        // Of one that nobody holds no message is added any more: what does not wait now never will.
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
        // What this look cost is spread over as many ids.
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
/// A participant's hold on the number of its id. While anybody can reach it, messages may still be sent under that number: also
/// in the middle of a send of one that was removed meanwhile. So nobody gives it back but the garbage collector, and a send keeps
/// its participant alive until the message is in the mailbox.
/// </summary>
internal sealed class SenderNumber(SenderDirectory directory, uint value)
{
    ~SenderNumber() => directory.GiveBack(value);

    public uint Value => value;

    /// <summary>The number of the same id as the publisher of a topic.</summary>
    public SenderNumber For(string id, TopicName topic) => directory.NumberOf(id, topic);
}
