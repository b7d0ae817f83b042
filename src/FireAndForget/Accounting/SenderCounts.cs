namespace FireAndForget.Accounting;

/// <summary>
/// Counts how many messages a receiver got from each sender, while somebody asks for that. It samples twice. Of a turn it looks at some
/// messages, evenly spaced, each of which stands for those up to the next sample. And where there are many turns it looks at some of
/// them, drawn at random, each of which stands for the turns before it. So the few messages of a quiet receiver are counted exactly, and
/// a busy one pays next to nothing.
/// </summary>
/// <param name="random">Draws the turns that are sampled. Only the worker uses it.</param>
internal sealed class SenderCounts(Random random)
{
    /// <summary>The most messages that are sampled of a turn.</summary>
    public const int MostSamples = 8;

    /// <summary>How many turns are all sampled after each <see cref="Read"/>, so that few messages are counted exactly.</summary>
    private const int ExactTurns = 1000;

    /// <summary>Beyond these turns, one turn of this many is sampled on average.</summary>
    private const int Every = 64;

    /// <summary>The most senders that are told apart; messages of others are left out.</summary>
    private const int MostSenders = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    // The turn that was sampled last. The worker writes it under the lock, except for the places and senders of a turn that is
    // under way.
    private readonly string?[] _senders = new string?[MostSamples];
    private readonly long[] _places = new long[MostSamples];
    private int _samples;
    private long _messages;

    /// <summary>The messages of the turns since then, which were not sampled. Only the worker uses it.</summary>
    private long _skipped;
    private int _exactTurns = ExactTurns;
    private int _untilNext;

    /// <summary>Begins a turn. For the worker, as all methods but <see cref="Read"/>.</summary>
    /// <returns>Whether the turn is sampled and ends with <see cref="End"/>; else it ends with <see cref="Skip"/>.</returns>
    public bool Begin()
    {
        if (--_untilNext > 0)
        {
            return false;
        }

        // A reader may reset this at the same time, which changes the sampling for a moment only.
        _untilNext = --_exactTurns > 0 ? 1 : 1 + random.Next((2 * Every) - 1);
        lock (_lock)
        {
            TakeSkipped();
            _samples = 0;
            _messages = 0;
        }

        return true;
    }

    /// <summary>Ends a turn that was not sampled.</summary>
    public void Skip(long messages) => Volatile.Write(ref _skipped, _skipped + messages);

    /// <summary>Samples a message of the turn.</summary>
    /// <param name="place">How many messages of the turn are before it; the first sample's is 0.</param>
    /// <param name="sender">Its sender; null: nobody knows.</param>
    public void Sample(int place, string? sender)
    {
        _places[_samples] = place;
        _senders[_samples++] = sender;
    }

    /// <summary>Ends a turn that was sampled.</summary>
    /// <param name="messages">How many messages it took.</param>
    public void End(long messages)
    {
        lock (_lock)
        {
            _messages = messages;
            Share(messages, _counts);
            TakeSkipped();
        }
    }

    /// <summary>Counts a reply, which is none of a turn's messages.</summary>
    /// <param name="responder">Who answered.</param>
    public void AddReply(string responder)
    {
        lock (_lock)
        {
            Add(_counts, responder, 1);
        }
    }

    public Dictionary<string, long> Read()
    {
        lock (_lock)
        {
            _exactTurns = ExactTurns;
            Dictionary<string, long> counts = new(_counts, StringComparer.Ordinal);
            Share(Volatile.Read(ref _skipped), counts);
            return counts;
        }
    }

    /// <summary>Counts the skipped messages, where there is a sampled turn that stands for them.</summary>
    private void TakeSkipped()
    {
        if (_messages != 0)
        {
            Share(_skipped, _counts);
            _skipped = 0;
        }
    }

    /// <summary>Adds messages to their senders, in the proportions of the turn that was sampled last.</summary>
    private void Share(long messages, Dictionary<string, long> counts)
    {
        if (_messages == 0)
        {
            return;
        }

        for (int i = 0; i < _samples; i++)
        {
            long share = Before(i + 1, messages) - Before(i, messages);
            if (share > 0 && _senders[i] is { } sender)
            {
                Add(counts, sender, share);
            }
        }
    }

    private static void Add(Dictionary<string, long> counts, string sender, long messages)
    {
        if (counts.TryGetValue(sender, out long before) || counts.Count < MostSenders)
        {
            counts[sender] = before + messages;
        }
    }

    /// <summary>How many of these messages come before those that a sample stands for.</summary>
    private long Before(int sample, long messages) =>
        sample >= _samples ? messages : Math.Min(_places[sample], _messages) * messages / _messages;
}
