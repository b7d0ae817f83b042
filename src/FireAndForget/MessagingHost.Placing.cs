using FireAndForget.Components;
using FireAndForget.Routing;

namespace FireAndForget;

// Placing: the steps by which a component comes from another host or leaves for one, for the package that joins hosts.
public sealed partial class MessagingHost
{
    /// <summary>Loads a component that is registered later, by <see cref="Place"/>, or dropped by <see cref="Discard"/>.</summary>
    internal Task<Component> PrepareAsync(
        string id,
        ComponentSource source,
        ComponentOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfStopping();
        ComponentOptions own = options.Snapshot();
        return LoadCommit.RunAsync(
            commit =>
            {
                ComponentReceiver receiver = Load(() => _host.Factory.Make(id, source, own, commit));
                try
                {
                    commit.Take();
                }
                catch
                {
                    receiver.Discard();
                    throw;
                }

                return new Component(this, receiver);
            },
            cancellationToken
        );
    }

    /// <summary>Drops a component that was prepared.</summary>
    internal static void Discard(Component component) => component.Receiver.Discard();

    /// <summary>
    /// Has a prepared component handle messages. It is not found under its id yet: that comes with <see cref="Place"/>.
    /// </summary>
    /// <param name="component">The component.</param>
    /// <param name="numbersBefore">Its messages have greater numbers.</param>
    internal void Begin(Component component, long numbersBefore)
    {
        lock (_host.Registering)
        {
            ThrowIfStopping();
            component.Receiver.Self.Target = component.Receiver;
            component.Receiver.NumbersBefore = numbersBefore;
            _host.Accounts.Add(component.Receiver);
        }
    }

    /// <summary>Registers a component that has begun under its id, so that senders find it.</summary>
    internal void Place(Component component)
    {
        lock (_host.Registering)
        {
            CheckFree(component.Id);
            _host.Registry.TryAdd(component.Receiver.Self);
        }
    }

    /// <summary>
    /// Takes a component's id away, so that another one can be registered under it; that one then has to be added to the subscribers of its
    /// topics. The component goes on with the messages that it has, and may be placed again.
    /// </summary>
    /// <returns>Whether it was found under its id.</returns>
    internal bool Displace(Component component)
    {
        lock (_host.Registering)
        {
            return _host.Registry.TryDisplace(component.Receiver.Self);
        }
    }

    /// <summary>Ends a component that was displaced, where it has no messages left; a sender that still has its route finds its successor.</summary>
    /// <returns>Whether it was ended; else it still has messages.</returns>
    internal static bool TryEndDisplaced(Component component)
    {
        component.Receiver.HasSuccessor = true;
        // Without a borrow a worker might read the mailbox meanwhile.
        if (!component.Receiver.TryBorrow())
        {
            return false;
        }

        bool isClosed = component.Receiver.Mailbox.TryCloseEmpty();
        component.Receiver.End();
        if (isClosed)
        {
            component.Receiver.Close("it has moved to another host");
        }

        return isClosed;
    }
}
