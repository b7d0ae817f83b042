namespace FireAndForget.Accounting;

/// <summary>How many messages a receiver got from whom, while somebody wants to know.</summary>
internal sealed class SenderCounts
{
    /// <summary>The most senders that are told apart; messages of others are left out.</summary>
    private const int Most = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    public void Add(string sender, long messages)
    {
        lock (_lock)
        {
            if (_counts.TryGetValue(sender, out long before) || _counts.Count < Most)
            {
                _counts[sender] = before + messages;
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
}
