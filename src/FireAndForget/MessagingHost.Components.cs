using System.Diagnostics.CodeAnalysis;
using FireAndForget.Components;
using FireAndForget.Dispatching;
using FireAndForget.Messages;
using FireAndForget.Routing;

namespace FireAndForget;

// Components: adding, replacing and removing them.
public sealed partial class MessagingHost
{
    /// <summary>The components that are registered now, in no order.</summary>
    public IReadOnlyCollection<Component> Components => [.. HandlesOf<Component>()];

    /// <summary>How far the loads are, as a text for a person who waits; empty while nothing is compiled.</summary>
    /// <example><c>compiling plugin.wasm; 2 of 5 files loaded</c></example>
    public string LoadProgress => _host.Loader.Progress.Describe();

    /// <summary>Loads a component from a file and registers it.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="path">A component or core module, <c>.wasm</c> or <c>.wat</c>.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults, with which it may send to nobody.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ComponentLoadException">The file cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public Component AddComponent(string id, string path, ComponentOptions? options = null) =>
        AddComponent(id, ComponentSource.FromFile(path), options);

    /// <summary>Loads a component and registers it.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="source">Where its WebAssembly comes from.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults, with which it may send to nobody.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public Component AddComponent(string id, ComponentSource source, ComponentOptions? options = null)
    {
        ComponentOptions own = CheckNew(id, source, options);
        return Add(id, source, own, new());
    }

    /// <summary>As <see cref="AddComponent(string, string, ComponentOptions?)"/>, on a thread of the host: a large guest may compile for seconds.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="path">A component or core module, <c>.wasm</c> or <c>.wat</c>.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults, with which it may send to nobody.</param>
    /// <param name="cancellationToken">Ends the waiting; the component is not registered then.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ComponentLoadException">The file cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before that.</exception>
    public Task<Component> AddComponentAsync(
        string id,
        string path,
        ComponentOptions? options = null,
        CancellationToken cancellationToken = default
    ) => AddComponentAsync(id, ComponentSource.FromFile(path), options, cancellationToken);

    /// <summary>As <see cref="AddComponent(string, ComponentSource, ComponentOptions?)"/>, on a thread of the host: a large guest may compile for seconds.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="source">Where its WebAssembly comes from.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults, with which it may send to nobody.</param>
    /// <param name="cancellationToken">Ends the waiting; the component is not registered then.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken, or an option is not valid.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before that.</exception>
    public Task<Component> AddComponentAsync(
        string id,
        ComponentSource source,
        ComponentOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ComponentOptions own = CheckNew(id, source, options);
        return LoadCommit.RunAsync(commit => Add(id, source, own, commit), cancellationToken);
    }

    /// <summary>
    /// Replaces a component's guest by another version while messages fly. The new instance is made first, beside the one that
    /// runs; where that fails, the old version goes on. It takes over between two messages: the one being handled is finished by the
    /// old version, and what waits in the mailbox and all that is accepted after this returned is handled by the new one, in
    /// order. Nothing is lost, and the component's statistics go on.
    /// </summary>
    /// <param name="id">The component's id.</param>
    /// <param name="source">Where the new version's WebAssembly comes from.</param>
    /// <param name="options">
    /// What the new version may do, accepts and may use; the mailbox has to be as it was. Null: everything stays, also what was granted or
    /// revoked meanwhile. Sends from and to the component that begin after this returned are decided with them.
    /// </param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentNullException">The id or the source is null.</exception>
    /// <exception cref="ArgumentException">No component is registered under the id, or the options ask for another mailbox.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public Component Replace(string id, ComponentSource source, ComponentOptions? options = null)
    {
        Component component = FindComponent(id);
        ReplaceGuest(component.Receiver, source, options);
        return component;
    }

    /// <summary>
    /// As <see cref="Replace"/>, on a thread of the host: a large guest may compile for seconds.
    /// </summary>
    /// <param name="id">The component's id.</param>
    /// <param name="source">Where the new version's WebAssembly comes from.</param>
    /// <param name="options">
    /// What the new version may do, accepts and may use; the mailbox has to be as it was. Null: everything stays, also what was granted or
    /// revoked meanwhile. Sends from and to the component that begin after this returned are decided with them.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; the version that runs goes on then.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ArgumentNullException">The id or the source is null.</exception>
    /// <exception cref="ArgumentException">No component is registered under the id, or the options ask for another mailbox.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before that.</exception>
    public Task<Component> ReplaceAsync(
        string id,
        ComponentSource source,
        ComponentOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        Component component = FindComponent(id);
        return ReplaceGuestAsync(component, source, options, cancellationToken);
    }

    /// <summary>Finds a component.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="component">The component.</param>
    /// <returns>Whether a component is registered under the id.</returns>
    /// <exception cref="ArgumentNullException">The id is null.</exception>
    public bool TryGetComponent(string id, [NotNullWhen(true)] out Component? component)
    {
        ArgumentNullException.ThrowIfNull(id);
        component = FindHandle(id) as Component;
        return component is not null;
    }

    /// <summary>
    /// Removes a component or endpoint: from now on it is unknown to senders, the message that it is handling is finished, and
    /// what waits in its mailbox becomes <see cref="Outcome.Undeliverable"/>. The id is free at once.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <returns>Whether something was registered under that id.</returns>
    /// <exception cref="ArgumentNullException">The id is null.</exception>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return FindHandle(id) switch
        {
            Component component => Unregister(component.Receiver),
            MessagingEndpoint endpoint => Unregister(endpoint.Receiver),
            _ => false,
        };
    }

    internal bool Unregister(Receiver receiver)
    {
        lock (_host.Registering)
        {
            if (
                !_host.Registry.TryGet(receiver.Self.Id, out Participant? registered)
                || registered.Target != receiver
                || !_host.Registry.TryRemove(receiver.Self.Id, out _)
            )
            {
                return false;
            }

            receiver.Self.HasLeft = receiver.Handle is MessagingEndpoint;
            receiver.Close("its receiver was removed");
            // It accepts nothing any more, so the next receiver under its id gives greater numbers than all of its messages have.
            _numbersBefore = Math.Max(_numbersBefore, receiver.LastNumber);
        }

        (receiver.Handle as MessagingEndpoint)?.CancelRequests();
        (receiver.Handle as MessagingEndpoint)?.CancelAllLater();
        (receiver as ComponentReceiver)?.Sender.CancelAllLater();
        _host.Audit?.Removed(receiver.Self.Id);
        return true;
    }

    internal void ReplaceGuest(ComponentReceiver receiver, ComponentSource source, ComponentOptions? options) =>
        ReplaceGuest(receiver, source, CheckReplacement(receiver, source, options), new());

    internal Task<Component> ReplaceGuestAsync(
        Component component,
        ComponentSource source,
        ComponentOptions? options,
        CancellationToken cancellationToken
    )
    {
        ComponentOptions? own = CheckReplacement(component.Receiver, source, options);
        return LoadCommit.RunAsync(
            commit =>
            {
                ReplaceGuest(component.Receiver, source, own, commit);
                return component;
            },
            cancellationToken
        );
    }

    internal Task<Component> RestartGuestAsync(Component component, CancellationToken cancellationToken)
    {
        ThrowIfStopping();
        return LoadCommit.RunAsync(
            commit =>
            {
                Load(() =>
                {
                    _host.Factory.Restart(component.Receiver, commit);
                    return component;
                });
                _host.Audit?.ComponentRenewed(component.Id);
                return component;
            },
            cancellationToken
        );
    }

    /// <summary>Checks what is given for a replacement.</summary>
    /// <returns>The host's own copy of the options; null where none were given.</returns>
    private ComponentOptions? CheckReplacement(
        ComponentReceiver receiver,
        ComponentSource source,
        ComponentOptions? options
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ThrowIfStopping();
        ComponentOptions? after = options?.Snapshot();
        if (after is not null && !after.Mailbox.IsSameAs(receiver.Options.Mailbox))
        {
            throw new ArgumentException(
                $"The mailbox of '{receiver.Self.Id}' stays when it is replaced: give {receiver.Options.Mailbox}, or remove it and "
                    + "add the new version.",
                nameof(options)
            );
        }

        return after;
    }

    private void ReplaceGuest(
        ComponentReceiver receiver,
        ComponentSource source,
        ComponentOptions? own,
        LoadCommit commit
    )
    {
        Load(() =>
        {
            _host.Factory.Replace(receiver, source, own, commit);
            return receiver;
        });
        _host.Audit?.ComponentReplaced(receiver.Self.Id, source);
    }

    private Component FindComponent(string id) =>
        TryGetComponent(id, out Component? component)
            ? component
            : throw new ArgumentException(
                $"No component is registered under {MessageId.Quote(id)}; add it instead.",
                nameof(id)
            );

    /// <summary>Checks what is given for a new component.</summary>
    /// <returns>The host's own copy of the options.</returns>
    private ComponentOptions CheckNew(string id, ComponentSource source, ComponentOptions? options)
    {
        ArgumentNullException.ThrowIfNull(source);
        CheckFree(id);
        return (options ?? new()).Snapshot();
    }

    private Component Add(string id, ComponentSource source, ComponentOptions options, LoadCommit commit)
    {
        ComponentReceiver receiver = Load(() => _host.Factory.Make(id, source, options, commit));
        Component component = new(this, receiver);
        try
        {
            commit.Take();
            Register(receiver);
        }
        catch
        {
            receiver.Discard();
            throw;
        }

        _host.Audit?.ComponentLoaded(id, source);
        return component;
    }

    /// <summary>Runs a load. Where the end of the host interrupted it, that is the error, because the guest is not at fault.</summary>
    private T Load<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (_host.IsAborting && e is ComponentLoadException or ObjectDisposedException)
        {
            throw new ObjectDisposedException("The host was disposed of while it loaded a component.", e);
        }
    }
}
