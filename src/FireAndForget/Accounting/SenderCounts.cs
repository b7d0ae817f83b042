namespace FireAndForget.Accounting;

/// <summary>
/// How many messages a receiver got from whom, while somebody wants to know. Of the messages of a turn some are looked at, evenly spaced,
/// and each stands for those up to the next: exact for few messages, and a fair sample of many that costs next to nothing for each.
/// </summary>
internal sealed class SenderCounts
{
    /// <summary>The most messages of a turn that are looked at.</summary>
    public const int MostSamples = 8;

    /// <summary>The most senders that are told apart; messages of others are left out.</summary>
    private const int MostSenders = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    // The samples of the turn, for the worker that runs it.
    private readonly string?[] _senders = new string?[MostSamples];
    private readonly int[] _places = new int[MostSamples];
    private int _samples;

    /// <summary>A turn begins.</summary>
    public void Begin() => _samples = 0;

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
            for (int i = 0; i < _samples; i++)
            {
                long end = i + 1 < _samples ? Math.Min(_places[i + 1], messages) : messages;
                if (end > _places[i] && _senders[i] is { } sender)
                {
                    Add(sender, end - _places[i]);
                }
            }
        }
    }

    public KeyValuePair<string, long>[] Read()
    {
        lock (_lock)
        {
            return [.. _counts];
        }
    }

    private void Add(string sender, long messages)
    {
        if (_counts.TryGetValue(sender, out long before) || _counts.Count < MostSenders)
        {
            _counts[sender] = before + messages;
        }
    }
}
