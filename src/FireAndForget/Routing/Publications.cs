using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>
/// The topics under which one sender has published, found by their names as strings or as the bytes of a guest. Any text in the
/// form of a topic is one, so a sender could make up any number of them; therefore the number that is kept is bounded.
/// </summary>
internal sealed class Publications(Participant publisher, TopicTable table)
{
    /// <summary>The most that are kept. Beyond it all are forgotten, and those that are used again are found again.</summary>
    private const int Most = 1024;

    private readonly ConcurrentDictionary<string, Publication> _publications = new(
        concurrencyLevel: 1,
        capacity: 4,
        IdComparer.Instance
    );
    private Publication? _last;

    /// <summary>The publication under a topic; null where that has not the form of one.</summary>
    public Publication? Find(string topic)
    {
        Publication? last = Volatile.Read(ref _last);
        if (last is not null && ReferenceEquals(last.Topic.Text, topic))
        {
            return last;
        }

        if (!_publications.TryGetValue(topic, out Publication? publication))
        {
            return MessageId.IsValid(topic) ? Add(topic) : null;
        }

        Volatile.Write(ref _last, publication);
        return publication;
    }

    /// <summary>Finds the publication by a guest's bytes; null where they do not have the form of a topic.</summary>
    public Publication? Find(ReadOnlySpan<byte> topic)
    {
        if (_publications.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(topic, out Publication? publication))
        {
            return publication;
        }

        return MessageId.IsValid(topic) ? Add(Encoding.ASCII.GetString(topic)) : null;
    }

    private Publication Add(string topic)
    {
        if (_publications.Count >= Most)
        {
            _publications.Clear();
        }

        TopicName name = new(topic);
        Publication publication = new(name, publisher.NumberFor(name), table);
        publication = _publications.GetOrAdd(topic, publication);
        Volatile.Write(ref _last, publication);
        return publication;
    }
}
