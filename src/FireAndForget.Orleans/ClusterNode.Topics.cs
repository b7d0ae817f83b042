using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using FireAndForget.Routing;

namespace FireAndForget.Orleans;

// Topics: who subscribes on another silo has a stand-in here, which is among the subscribers of this host as any other.
internal sealed partial class ClusterNode
{
    /// <summary>A subscription changed by a call of its owner: the other silos are told.</summary>
    void ITargetResolver.SubscriptionsChanged(string id) => _ = Task.Run(() => TellSubscriptionsAsync(id));

    Publication IInboundHost.PublicationOf(Participant publisher, string topic)
    {
        TopicName name = new(topic);
        SenderNumber number = publisher.NumberFor(name);
        lock (_lock)
        {
            MarkArrival(SenderDirectory.Index(number.Value));
        }

        return new(name, number, Registry.Topics);
    }

    private async Task TellSubscriptionsAsync(string id)
    {
        try
        {
            using (await _changing.TakeAsync(id).ConfigureAwait(false))
            {
                if (
                    _table.TryGetValue(id, out TableEntry? entry)
                    && entry.Host == Silo
                    && Registry.TryGet(id, out Participant? self)
                )
                {
                    TableEntry now = WithPatternsOf(entry, self);
                    if (!(entry.SubscribesTo ?? []).SequenceEqual(now.SubscribesTo!))
                    {
                        TableEntry written = Write(now);
                        await AnnounceAsync(written).ConfigureAwait(false);
                        await RecordAsync(written).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (Exception e)
        {
            Host.Parts.ReportError(e);
        }
    }

    /// <summary>An entry with the patterns that its component or endpoint has by now.</summary>
    private static TableEntry WithPatternsOf(TableEntry entry, Participant self)
    {
        TableEntry now = entry with
        {
            SendsTo = Texts(self.SendsTo),
            ReceivesFrom = Texts(self.ReceivesFrom),
            SubscribesTo = Texts(self.SubscribesTo),
            PublishesTo = Texts(self.PublishesTo),
        };
        return now.IsComponent ? now with { Options = OptionsJson.WithPatterns(now) } : now;

        static string[] Texts(CapabilityPattern[] patterns) => [.. patterns.Select(pattern => pattern.ToString())];
    }

    /// <summary>A stand-in goes, and gets nothing that is published any more. Under the lock.</summary>
    private void RemoveRemote(RemoteId remote)
    {
        _remotes.TryRemove(new(remote.Self.Id, remote));
        Registry.Topics.Remove(remote.Self);
    }
}
