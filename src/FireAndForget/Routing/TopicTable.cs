using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// Who subscribes to which topics. A publisher keeps what it found for a topic and asks again when the version has grown, so that
/// topics cost those nothing who do not publish, and those little who do.
/// </summary>
/// <remarks>
/// Patterns are found by their text: those that are whole topics, and prefixes for each length that a prefix has, so that a topic's
/// subscribers cost as many look-ups as there are such lengths, however many patterns there are.
/// </remarks>
internal sealed class TopicTable
{
    private readonly Lock _lock = new();

    /// <summary>All who are registered, by when they were: a topic's subscribers get its messages in this order.</summary>
    private readonly Dictionary<Participant, long> _members = [];
    private readonly Dictionary<string, Participant> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Participant>> _byTopic = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Participant>> _byPrefix = new(StringComparer.Ordinal);

    /// <summary>How many prefixes there are of each length.</summary>
    private readonly int[] _prefixes = new int[MessageId.MaxLength + 1];
    private long _added;
    private int _version;

    /// <summary>A version that grows when a subscription is added or removed. It is read before <see cref="Find"/>.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>
    /// Adds a participant with its subscriptions. One that is there under its id already, such as one that moved to another host, is
    /// replaced at once: no publish finds both, or neither.
    /// </summary>
    public void Add(Participant participant)
    {
        lock (_lock)
        {
            long order = _added++;
            if (_byId.TryGetValue(participant.Id, out Participant? before))
            {
                order = _members[before];
                RemoveMember(before);
            }

            _byId.Add(participant.Id, participant);
            _members.Add(participant, order);
            foreach (CapabilityPattern pattern in participant.SubscribesTo)
            {
                Add(participant, pattern);
            }
        }
    }

    /// <summary>Removes a participant, which gets no messages any more.</summary>
    public void Remove(Participant participant)
    {
        lock (_lock)
        {
            if (_members.ContainsKey(participant))
            {
                RemoveMember(participant);
            }
        }
    }

    /// <summary>Whether a participant has been added with its subscriptions.</summary>
    public bool Contains(Participant participant)
    {
        lock (_lock)
        {
            return _members.ContainsKey(participant);
        }
    }

    /// <summary>Replaces the subscriptions of a participant.</summary>
    public void Replace(Participant participant, CapabilityPattern[] patterns)
    {
        lock (_lock)
        {
            if (_members.ContainsKey(participant))
            {
                foreach (CapabilityPattern pattern in participant.SubscribesTo)
                {
                    Remove(participant, pattern);
                }

                foreach (CapabilityPattern pattern in patterns)
                {
                    Add(participant, pattern);
                }
            }

            participant.SubscribesTo = patterns;
        }
    }

    /// <summary>The subscribers of a topic, each once, in the order in which they were registered.</summary>
    public Participant[] Find(string topic)
    {
        lock (_lock)
        {
            HashSet<Participant> found = [];
            if (_byTopic.TryGetValue(topic, out HashSet<Participant>? whole))
            {
                found.UnionWith(whole);
            }

            var prefixes = _byPrefix.GetAlternateLookup<ReadOnlySpan<char>>();
            for (int length = 0; length <= topic.Length; length++)
            {
                if (
                    _prefixes[length] != 0
                    && prefixes.TryGetValue(topic.AsSpan(0, length), out HashSet<Participant>? matching)
                )
                {
                    found.UnionWith(matching);
                }
            }

            Participant[] subscribers = [.. found];
            Array.Sort(subscribers, (one, other) => _members[one].CompareTo(_members[other]));
            return subscribers;
        }
    }

    private void RemoveMember(Participant participant)
    {
        _members.Remove(participant);
        _byId.Remove(participant.Id);
        foreach (CapabilityPattern pattern in participant.SubscribesTo)
        {
            Remove(participant, pattern);
        }
    }

    private void Add(Participant participant, CapabilityPattern pattern)
    {
        Dictionary<string, HashSet<Participant>> patterns = pattern.IsPrefix ? _byPrefix : _byTopic;
        if (!patterns.TryGetValue(pattern.Text, out HashSet<Participant>? subscribers))
        {
            subscribers = [];
            patterns.Add(pattern.Text, subscribers);
            if (pattern.IsPrefix)
            {
                _prefixes[pattern.Text.Length]++;
            }
        }

        if (subscribers.Add(participant))
        {
            Grow();
        }
    }

    private void Remove(Participant participant, CapabilityPattern pattern)
    {
        Dictionary<string, HashSet<Participant>> patterns = pattern.IsPrefix ? _byPrefix : _byTopic;
        if (
            !patterns.TryGetValue(pattern.Text, out HashSet<Participant>? subscribers)
            || !subscribers.Remove(participant)
        )
        {
            return;
        }

        if (subscribers.Count == 0)
        {
            patterns.Remove(pattern.Text);
            if (pattern.IsPrefix)
            {
                _prefixes[pattern.Text.Length]--;
            }
        }

        Grow();
    }

    private void Grow() => Volatile.Write(ref _version, _version + 1);
}
