using FireAndForget.Components;
using FireAndForget.Dispatching;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>A WebAssembly component that is registered with a host.</summary>
public sealed class Component
{
    private readonly MessagingHost _host;

    internal Component(MessagingHost host, ComponentReceiver receiver)
    {
        _host = host;
        Receiver = receiver;
        receiver.Handle = this;
    }

    internal ComponentReceiver Receiver { get; }

    /// <summary>The id under which it is registered.</summary>
    public string Id => Receiver.Self.Id;

    /// <summary>Whether it takes no messages any more: it was removed, its restarts are used up, or the host has stopped.</summary>
    public bool IsStopped => Receiver.IsStopped;

    /// <summary>What became of the messages to it.</summary>
    public MessageStatistics Statistics => ReceiverAccounts.Of(Receiver);

    /// <summary>How many of the messages to it have their outcome, whichever it is. Cheap enough to be asked in a loop.</summary>
    public long Settled => Receiver.Ledger.Settled;

    /// <summary>How often its guest was restarted: got a fresh instance after it had trapped or used up its budget.</summary>
    public long Restarts => Receiver.Restarts;

    /// <summary>
    /// A copy of the options with which its guest was added or last replaced: what it may do, accepts and may use.
    /// <see cref="MessagingHost.Grant"/> and <see cref="MessagingHost.Revoke"/> change <see cref="SendsTo"/>,
    /// <see cref="ReceivesFrom"/>, <see cref="PublishesTo"/> and <see cref="Subscriptions"/> instead.
    /// </summary>
    public ComponentOptions Options => Receiver.Options.Snapshot();

    /// <summary>To whom it may send now, as patterns.</summary>
    public IReadOnlyList<string> SendsTo => Receiver.Self.SendsToTexts;

    /// <summary>From whom it receives now, as patterns.</summary>
    public IReadOnlyList<string> ReceivesFrom => Receiver.Self.ReceivesFromTexts;

    /// <summary>Under which topics it may publish now, as names or prefixes followed by <c>*</c>.</summary>
    public IReadOnlyList<string> PublishesTo => Receiver.Self.PublishesToTexts;

    /// <summary>What its guest is, as it was found when it was loaded.</summary>
    public ComponentInspection Inspection => new(Receiver.Code.Summary, refusal: null);

    /// <summary>
    /// The bytes of the memory in which its guest gets its messages: of this moment, or, while a worker has the guest, as they were when
    /// this was asked before. 0 where it does not run on the direct runtime.
    /// </summary>
    public long MemoryBytes => Receiver.MeasureMemory();

    /// <summary>How many of its own sends were refused.</summary>
    public long SendsRefused => Receiver.Sender.Refused;

    /// <summary>How many of its own sends were refused with one status, exactly, whatever the log left out.</summary>
    /// <param name="status">The status.</param>
    /// <returns>The number since it was registered; 0 for <see cref="SendStatus.Accepted"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status is none of the enumeration's.</exception>
    public long CountRefused(SendStatus status) => Receiver.Sender.CountRefused(Check.Defined(status, nameof(status)));

    /// <summary>The topics to which it subscribes now, as names or prefixes followed by <c>*</c>.</summary>
    public IReadOnlyList<string> Subscriptions => MessagingHost.SubscriptionsOf(Receiver);

    /// <summary>Subscribes it to topics, from the next publish on.</summary>
    /// <param name="pattern">A topic, or a prefix of topics followed by <c>*</c>.</param>
    /// <returns>False where it has exactly this subscription already.</returns>
    /// <exception cref="ArgumentNullException">The pattern is null.</exception>
    /// <exception cref="ArgumentException">It is no pattern.</exception>
    /// <exception cref="InvalidOperationException">The component was removed.</exception>
    public bool Subscribe(string pattern) => _host.ChangeSubscription(Receiver, pattern, isAdded: true);

    /// <summary>Ends a subscription, from the next publish on. What was accepted before is delivered.</summary>
    /// <param name="pattern">The pattern as it was subscribed to. A wider one that covers it stays.</param>
    /// <returns>False where it has not exactly this subscription.</returns>
    /// <exception cref="ArgumentNullException">The pattern is null.</exception>
    /// <exception cref="ArgumentException">It is no pattern.</exception>
    /// <exception cref="InvalidOperationException">The component was removed.</exception>
    public bool Unsubscribe(string pattern) => _host.ChangeSubscription(Receiver, pattern, isAdded: false);

    /// <summary>Replaces its guest by another version while messages fly; see <see cref="MessagingHost.Replace"/>.</summary>
    /// <param name="source">Where the new version's WebAssembly comes from.</param>
    /// <param name="options">What the new version may do, accepts and may use; null: what the one before does.</param>
    /// <exception cref="ArgumentNullException">The source is null.</exception>
    /// <exception cref="ArgumentException">The options ask for another mailbox.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read or hosted, or failed while it was instantiated.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped or was removed.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public void Replace(ComponentSource source, ComponentOptions? options = null) =>
        _host.ReplaceGuest(Receiver, source, options);

    /// <summary>As <see cref="Replace"/>, on a thread of the host; see <see cref="MessagingHost.ReplaceAsync"/>.</summary>
    /// <param name="source">Where the new version's WebAssembly comes from.</param>
    /// <param name="options">What the new version may do, accepts and may use; null: what the one before does.</param>
    /// <param name="cancellationToken">Ends the waiting; the version that runs goes on then.</param>
    /// <returns>A task that ends when the new version has taken over.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before that.</exception>
    /// <remarks>The exceptions are those of <see cref="Replace"/>.</remarks>
    public Task ReplaceAsync(
        ComponentSource source,
        ComponentOptions? options = null,
        CancellationToken cancellationToken = default
    ) => _host.ReplaceGuestAsync(this, source, options, cancellationToken);

    /// <summary>
    /// Gives it a fresh instance of its guest between two messages, on a thread of the host: what the guest remembered is gone, what
    /// waits is handled by the fresh instance. It costs none of the restarts of <see cref="RestartOptions"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting; the instance that runs goes on then.</param>
    /// <returns>A task that ends when the fresh instance has taken over.</returns>
    /// <exception cref="ComponentLoadException">It cannot be instantiated any more; the instance that runs goes on.</exception>
    /// <exception cref="InvalidOperationException">The component has stopped or was removed.</exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before that.</exception>
    public Task RestartAsync(CancellationToken cancellationToken = default) =>
        _host.RestartGuestAsync(this, cancellationToken);

    /// <summary>Removes it from its host; see <see cref="MessagingHost.Remove"/>.</summary>
    /// <returns>False where it was removed before.</returns>
    public bool Remove() => _host.Unregister(Receiver);
}
