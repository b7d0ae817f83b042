using FireAndForget.Dispatching;
using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Table;
using FireAndForget.Routing;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// Stand-ins: who is on another silo is a participant on this one as soon as anything is sent to or from there, with an outbox as its target.
internal sealed partial class ClusterNode
{
    /// <summary>The stand-in for an id of another silo; null: the id is here, or nowhere.</summary>
    Participant? ITargetResolver.Resolve(string id) => FindRemote(id)?.Self;

    Participant? IInboundHost.FindTarget(string id) =>
        _unplaced.TryGetValue(id, out Participant? unplaced) ? unplaced
        : Registry.TryGet(id, out Participant? registered) ? registered
        : null;

    Participant? IInboundHost.FindSender(string id, SiloAddress silo)
    {
        if (silo == Silo)
        {
            // What waited here for a component that has come.
            return Registry.TryGet(id, out Participant? own) ? own
                : _unplaced.TryGetValue(id, out Participant? unplaced) ? unplaced
                : null;
        }

        return _table.TryGetValue(id, out TableEntry? entry) && entry.Host == silo ? FindRemote(id)?.Self : null;
    }

    bool IInboundHost.IsArrival(uint origin)
    {
        if (MessageOrigin.HasContext(origin))
        {
            MessageContext context = Registry.Contexts!.Of(origin);
            if (context.Listener is IArrival)
            {
                // Who listens is told.
                return false;
            }

            origin = context.Publication?.Number ?? context.Sender.Number;
        }

        origin = SenderDirectory.Index(origin);

        bool[] arrivals = Volatile.Read(ref _arrivals);
        return origin < arrivals.Length && arrivals[origin];
    }

    private RemoteId? FindRemote(string id)
    {
        if (_remotes.TryGetValue(id, out RemoteId? remote))
        {
            return remote;
        }

        if (!_table.TryGetValue(id, out TableEntry? entry) || entry.Host == Silo)
        {
            return null;
        }

        lock (_lock)
        {
            return _remotes.TryGetValue(id, out remote) ? remote
                : _table.TryGetValue(id, out entry) && entry.Host != Silo ? AddRemote(entry)
                : null;
        }
    }

    /// <summary>Makes the stand-in of somebody who is not here. Under the lock.</summary>
    /// <param name="entry">What is known of it.</param>
    /// <param name="isSubscriber">Whether what is published goes to it at once; else that is up to the caller.</param>
    private RemoteId AddRemote(TableEntry entry, bool isSubscriber = true)
    {
        ComponentOptions policy = entry.Policy;
        SenderNumber number = Services.Directory.NumberOf(entry.Id);
        Participant self = new(entry.Id, number, entry.SendsTo, policy, allowance: null, policy.PublishesTo);
        Outbox outbox = new(self, _options.Outbox, Services, Host.Parts.Accounts)
        {
            NumbersBefore = NewNumbers(),
            Window = WindowOf(entry),
        };
        Host.Parts.Accounts.Add(outbox);
        MarkArrival(self.Number);
        RemoteId remote = new(self, outbox) { Entry = entry };
        _remotes[entry.Id] = remote;
        if (entry.IsStopped)
        {
            outbox.Close("its receiver has stopped");
        }
        else if (_held.ContainsKey(entry.Id))
        {
            _ = outbox.HoldAsync();
        }
        else if (entry.Host != Silo && !_dead.ContainsKey(entry.Host))
        {
            outbox.ConnectTo(LinkTo(entry.Host));
        }

        if (isSubscriber)
        {
            Registry.Topics.Add(self);
        }

        return remote;
    }

    private int WindowOf(TableEntry entry) =>
        // The window is twice what fills the receiver's mailbox, so that the next messages are there when it has room.
        (int)Math.Min(_options.Outbox.Messages, Math.Max(64, 2L * entry.MailboxMessages));

    /// <summary>Under the lock.</summary>
    private void Update(RemoteId remote, TableEntry entry)
    {
        TableEntry before = remote.Entry;
        remote.Entry = entry;
        if (remote.Outbox.IsStopped && !entry.IsStopped)
        {
            // Another receiver is under the id now: senders find it by the table.
            RemoveRemote(remote);
            if (entry.SubscribesTo is { Length: > 0 })
            {
                AddRemote(entry);
            }

            remote.Self.Invalidate();
            return;
        }

        Registry.ChangePolicy(remote.Self, before.Policy, entry.Policy, Services.Time);
        remote.Outbox.Window = WindowOf(entry);
        if (entry.IsStopped)
        {
            remote.Outbox.Close("its receiver has stopped");
        }
        else if (!_held.ContainsKey(entry.Id))
        {
            Redirect(remote.Outbox, entry);
        }
    }

    /// <summary>Redirects an outbox to the silo where its receiver is now. Under the lock.</summary>
    private void Redirect(Outbox outbox, TableEntry entry)
    {
        Link link = LinkTo(entry.Host);
        if (outbox.Link is { } before && before != link && outbox.UnderWay != 0)
        {
            outbox.LoseLink(
                $"its receiver came up on another host while the message was under way to {before.Peer}",
                entry.IsAtLeastOnce
            );
        }

        outbox.ConnectTo(link);
    }

    /// <summary>Under the lock.</summary>
    private void ForgetHere(string id, string reason)
    {
        _table.TryRemove(id, out _);
        _held.Remove(id);
        if (_remotes.TryGetValue(id, out RemoteId? remote))
        {
            RemoveRemote(remote);
            remote.Outbox.Close(reason);
        }
    }

    private void MarkArrival(uint number)
    {
        if (number >= _arrivals.Length)
        {
            bool[] larger = new bool[Math.Max((int)number + 1, _arrivals.Length * 2)];
            _arrivals.CopyTo(larger, 0);
            Volatile.Write(ref _arrivals, larger);
        }

        _arrivals[number] = true;
    }
}
