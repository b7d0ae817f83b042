namespace FireAndForget.Accounting;

/// <summary>
/// How many messages a receiver got from whom, while somebody wants to know. Of the messages of a turn some are looked at, evenly spaced,
/// and each stands for those up to the next; where there are many turns, only some are looked at, drawn by chance, and each stands for
/// those up to the next. So the few messages of a quiet receiver are counted exactly, and a busy one pays next to nothing.
/// </summary>
internal sealed class SenderCounts
{
    /// <summary>The most messages of a turn that are looked at.</summary>
    public const int MostSamples = 8;

    /// <summary>Every turn is looked at until there were so many since somebody read.</summary>
    private const int ExactTurns = 1000;

    /// <summary>Beyond that one of so many, on the average.</summary>
    private const int Every = 64;

    /// <summary>The most senders that are told apart; messages of others are left out.</summary>
    private const int MostSenders = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    // The turn that was looked at last: written by the worker within the lock, but for the places and senders of one that is at work.
    private readonly string?[] _senders = new string?[MostSamples];
    private readonly long[] _places = new long[MostSamples];
    private int _samples;
    private long _messages;

    /// <summary>Messages of the turns since then. The worker's.</summary>
    private long _skipped;
    private int _exactTurns = ExactTurns;
    private int _untilNext;

    /// <summary>A turn begins. For the worker, as all but <see cref="Read"/>.</summary>
    /// <returns>Whether it is looked at; else <see cref="Skip"/> ends it.</returns>
    public bool Begin()
    {
        if (--_untilNext > 0)
        {
            return false;
        }

        // A reader may set this anew at the same time, which makes no difference but for a moment.
        _untilNext = --_exactTurns > 0 ? 1 : 1 + Random.Shared.Next((2 * Every) - 1);
        lock (_lock)
        {
            TakeSkipped();
            _samples = 0;
            _messages = 0;
        }

        return true;
    }

    /// <summary>A turn that was not looked at has ended.</summary>
    public void Skip(long messages) => Volatile.Write(ref _skipped, _skipped + messages);

    /// <summary>A message of the turn is whose.</summary>
    /// <param name="place">How many messages of the turn are before it; the first sample's is 0.</param>
    /// <param name="sender">Its sender; null: nobody knows.</param>
    public void Sample(int place, string? sender)
    {
        _places[_samples] = place;
        _senders[_samples++] = sender;
    }

    /// <summary>The turn has ended.</summary>
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

    /// <summary>Counts what was skipped, where there is a turn that stands for it.</summary>
    private void TakeSkipped()
    {
        if (_messages != 0)
        {
            Share(_skipped, _counts);
            _skipped = 0;
        }
    }

    /// <summary>Adds messages in the shares of the turn that was looked at last.</summary>
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
                if (counts.TryGetValue(sender, out long before) || counts.Count < MostSenders)
                {
                    counts[sender] = before + share;
                }
            }
        }
    }

    /// <summary>How many of these messages come before those that a sample stands for.</summary>
    private long Before(int sample, long messages) =>
        sample >= _samples ? messages : Math.Min(_places[sample], _messages) * messages / _messages;
}
