using FireAndForget.Messages;

namespace FireAndForget.Routing;

/// <summary>A topic as one publisher knows it: the number that its messages carry, and who subscribed at the last look.</summary>
/// <param name="topic">The topic.</param>
/// <param name="number">The number of the publisher for the topic.</param>
/// <param name="table">Knows the subscribers.</param>
internal sealed class Publication(TopicName topic, SenderNumber number, TopicTable table)
{
    private volatile Subscribers _subscribers = new(table.Version - 1, []);

    public TopicName Topic => topic;

    /// <summary>
    /// The number that a message's slot carries. It belongs to the topic while this object is alive, or a message with the number
    /// waits.
    /// </summary>
    public uint Number => number.Value;

    /// <summary>Who subscribes, in the order in which they get a message.</summary>
    public Participant[] FindSubscribers()
    {
        Subscribers known = _subscribers;
        if (known.Version != table.Version)
        {
            // The version is read first: a change after that is seen the next time, if not now.
            int version = table.Version;
            known = new(version, table.Find(topic.Text));
            _subscribers = known;
        }

        return known.All;
    }

    private sealed record Subscribers(int Version, Participant[] All);
}
