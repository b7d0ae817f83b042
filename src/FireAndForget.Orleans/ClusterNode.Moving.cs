using FireAndForget.Messages;
using FireAndForget.Orleans.Links;
using FireAndForget.Orleans.Placing;
using FireAndForget.Orleans.Table;
using FireAndForget.Routing;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace FireAndForget.Orleans;

// Components that move: what is held back meanwhile, and what is done where a move fails.
internal sealed partial class ClusterNode
{
    /// <summary>How often a move checks whether what it waits for is done.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(1);

    /// <summary>Moves a component from this silo to another one. Where that fails the component stays here.</summary>
    internal async Task MoveFromHereAsync(string id, SiloAddress to)
    {
        using (await _changing.TakeAsync(id).ConfigureAwait(false))
        {
            if (!_table.TryGetValue(id, out TableEntry? entry) || !_here.TryGetValue(id, out Component? component))
            {
                throw new ArgumentException($"No component is registered under '{id}' on {Name}.");
            }

            if (to == Silo)
            {
                return;
            }

            // It may have subscribed a moment ago.
            entry = WithPatternsOf(entry, component.Receiver.Self);
            ILinkService there = _silos.At(to);
            // The steps that are likely to fail come first, and change nothing.
            await ThrowAsync(there.PrepareAsync(entry)).ConfigureAwait(false);
            bool isGone = false;
            using CancellationTokenSource time = new(_options.MoveTimeout);
            try
            {
                await ForEachPeerAsync(service => service.HoldAsync(id, Silo), time.Token)
                    .WaitAsync(time.Token)
                    .ConfigureAwait(false);
                await EndHereAsync(component, entry, time.Token).ConfigureAwait(false);
                isGone = true;
                Usage? usage = Usage.Of(component.Receiver.Self.Allowance);
                await ThrowAsync(there.ArriveAsync(entry with { Version = entry.Version + 1 }, usage))
                    .ConfigureAwait(false);
            }
            catch (Exception e)
            {
                await UndoMoveAsync(component, entry, isGone).ConfigureAwait(false);
                await CallAsync(to, service => service.DropAsync(id)).ConfigureAwait(false);
                throw e is OperationCanceledException
                    ? new TimeoutException(
                        $"What was sent to '{id}' was not handled within {_options.MoveTimeout}, so it stays on {Name}.",
                        e
                    )
                    : e;
            }
            finally
            {
                // A silo that has not answered yet must not be asked once more to hold messages that nobody would let go on.
                await time.CancelAsync().ConfigureAwait(false);
                EndHold(id);
                await ForEachPeerAsync(service => service.EndHoldAsync(id)).ConfigureAwait(false);
            }

            LogMoved(_logger, id, to);
        }

        await Grains.GetGrain<IComponentGrain>(id).FollowAsync(to).ConfigureAwait(false);
    }

    /// <summary>Holds back all messages to an id until <see cref="EndHold"/>.</summary>
    /// <returns>A task that ends when nothing is under way to it from here.</returns>
    /// <exception cref="InvalidOperationException">The mover does not host the id by what this silo knows, or is dead.</exception>
    internal Task HoldAsync(string id, SiloAddress mover)
    {
        lock (_lock)
        {
            if (!_table.TryGetValue(id, out TableEntry? entry) || entry.Host != mover || _dead.ContainsKey(mover))
            {
                // Nobody would ever let the messages go on.
                throw new InvalidOperationException(
                    $"{MessageId.Quote(id)} is not on {mover} by what {Name} knows, so that silo cannot move it."
                );
            }

            _held[id] = mover;
            return _remotes.TryGetValue(id, out RemoteId? remote) ? remote.Outbox.HoldAsync() : Task.CompletedTask;
        }
    }

    /// <summary>Sends the messages that were held back to the silo that has the id now.</summary>
    internal void EndHold(string id)
    {
        lock (_lock)
        {
            _held.Remove(id);
            if (
                _remotes.TryGetValue(id, out RemoteId? remote)
                && _table.TryGetValue(id, out TableEntry? entry)
                && entry.Host != Silo
                && !_dead.ContainsKey(entry.Host)
            )
            {
                Redirect(remote.Outbox, entry);
            }
        }
    }

    private async Task<int> DrainAsync(SiloAddress silo, TimeSpan? timeout)
    {
        SiloAddress[] others = [.. Peers.Append(Silo).Where(other => other != silo)];
        if (others.Length == 0)
        {
            throw new ArgumentException(
                $"There is no other silo to which the components of {silo} could go.",
                nameof(silo)
            );
        }

        Dictionary<SiloAddress, int> loads = others.ToDictionary(
            other => other,
            other => _table.Values.Count(entry => entry.IsComponent && entry.Host == other)
        );
        using CancellationTokenSource time = timeout is { } most ? new(most) : new();
        int moved = 0;
        foreach (
            TableEntry entry in _table.Values.Where(e => e.IsComponent && e.Host == silo && !e.IsStopped).ToArray()
        )
        {
            time.Token.ThrowIfCancellationRequested();
            SiloAddress to = loads.MinBy(load => load.Value).Key;
            await MoveAsync(entry.Id, to).ConfigureAwait(false);
            loads[to]++;
            moved++;
        }

        return moved;
    }

    /// <summary>
    /// Ends a component on this silo: messages to it wait in an outbox from now on, and it stops when it has handled what it has.
    /// </summary>
    private async Task EndHereAsync(Component component, TableEntry entry, CancellationToken cancellationToken)
    {
        Task? quiet = null;
        lock (_lock)
        {
            _held[entry.Id] = Silo;
            if (_remotes.TryGetValue(entry.Id, out RemoteId? remote) && remote.Outbox.TryCancelSuccession())
            {
                // The component has just arrived, and messages that waited here for it are still on their way.
                quiet = remote.Outbox.HoldAsync();
            }
        }

        await (quiet ?? WaitUntilPlacedAsync(entry.Id, cancellationToken))
            .WaitAsync(cancellationToken)
            .ConfigureAwait(false);
        RemoteId? standIn;
        lock (_lock)
        {
            _unplaced[entry.Id] = component.Receiver.Self;
            if (!_remotes.TryGetValue(entry.Id, out standIn))
            {
                standIn = AddRemote(entry, isSubscriber: false);
            }
        }

        Host.Displace(component);
        // What is published waits for this from when it was displaced on.
        Registry.Topics.Add(standIn.Self);
        do
        {
            while (component.Receiver.Mailbox.Count != 0)
            {
                await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
            }

            // Messages that it sent from here must be in their receivers' mailboxes before it sends from there.
            await FlushAsync(component, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        } while (!MessagingHost.TryEndDisplaced(component));

        _unplaced.TryRemove(entry.Id, out _);
        _here.TryRemove(entry.Id, out _);
    }

    private async Task FlushAsync(Component component, CancellationToken cancellationToken)
    {
        bool[] senders = new bool[Services.Directory.Capacity];
        foreach (Outbox outbox in _remotes.Values.Select(remote => remote.Outbox))
        {
            if (!HasMessagesOf(component.Id, outbox, senders))
            {
                continue;
            }

            Dictionary<uint, long> last = new() { [outbox.Key] = outbox.Mailbox.Accepted };
            while (
                outbox.Mailbox.Count != 0
                && !(
                    outbox.Link is { } link
                    && link.Peer != Silo
                    && await _silos.At(link.Peer).HasAllAsync(Silo, last).ConfigureAwait(false)
                )
            )
            {
                await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether messages of a sender wait in an outbox or are under way from it.</summary>
    private bool HasMessagesOf(string id, Outbox outbox, bool[] senders)
    {
        Array.Clear(senders);
        List<uint> contexts = [];
        outbox.Mailbox.MarkSenders(senders, contexts);
        // It has another number for each topic under which it published. A message whose context has ended meanwhile has its outcome,
        // and so has arrived.
        return senders.Index().Any(sender => sender.Item && Services.Directory.IdOf((uint)sender.Index) == id)
            || contexts.Exists(origin => Registry.Contexts!.TryFindSender(origin)?.Id == id);
    }

    private async Task UndoMoveAsync(Component component, TableEntry entry, bool isGone)
    {
        try
        {
            // A silo that brought it up meanwhile has an older version of the entry.
            TableEntry newest = entry with
            {
                Version = entry.Version + 2,
            };
            if (isGone)
            {
                await PlaceAsync(newest).ConfigureAwait(false);
            }
            else if (!Registry.Contains(entry.Id))
            {
                component.Receiver.HasSuccessor = false;
                await TakeOverBegunAsync(component, newest).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Host.Parts.ReportError(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Component {Id} has moved to {Silo}")]
    private static partial void LogMoved(ILogger logger, string id, SiloAddress silo);
}
