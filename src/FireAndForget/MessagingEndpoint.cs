using FireAndForget.Dispatching;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// A receiver and sender on the .NET side. What it sends carries its id, and nobody else can send as it. All members may be used
/// from any thread.
/// </summary>
public sealed partial class MessagingEndpoint : IMessageSender
{
    private static readonly TimeSpan NextTry = TimeSpan.FromMilliseconds(50);

    private readonly MessagingHost _host;
    private readonly MessageSender _sender;

    internal MessagingEndpoint(MessagingHost host, Receiver receiver, MessageSender sender)
    {
        _host = host;
        _sender = sender;
        Receiver = receiver;
        receiver.Handle = this;
    }

    internal Receiver Receiver { get; }

    /// <summary>Its send path, for measurements.</summary>
    internal MessageSender Sender => _sender;

    /// <summary>The id under which it is registered.</summary>
    public string Id => Receiver.Self.Id;

    /// <summary>Whether it has a handler. One without only sends: nobody may send to it.</summary>
    public bool Receives => !Receiver.Self.OnlySends;

    /// <summary>What became of the messages to it.</summary>
    public MessageStatistics Statistics => ReceiverAccounts.Of(Receiver);

    /// <summary>To whom it may send now, as patterns.</summary>
    public IReadOnlyList<string> SendsTo => Receiver.Self.SendsToTexts;

    /// <summary>From whom it receives now, as patterns.</summary>
    public IReadOnlyList<string> ReceivesFrom => Receiver.Self.ReceivesFromTexts;

    /// <summary>Under which topics it may publish now, as names or prefixes followed by <c>*</c>.</summary>
    public IReadOnlyList<string> PublishesTo => Receiver.Self.PublishesToTexts;

    /// <summary>How many of its sends were refused.</summary>
    public long SendsRefused => _sender.Refused;

    /// <summary>How many of its sends were refused with one status, exactly, whatever the log left out.</summary>
    /// <param name="status">The status.</param>
    /// <returns>The number since it was registered; 0 for <see cref="SendStatus.Accepted"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The status is none of the enumeration's.</exception>
    public long CountRefused(SendStatus status) => _sender.CountRefused(Check.Defined(status, nameof(status)));

    /// <summary>
    /// Sends a message and returns at once. The bytes are copied; the message is delivered later, in the order in which messages
    /// from here to that target were accepted.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The message; a codec's prefix first, where the target declares codecs.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why it was refused.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    public SendStatus Send(string target, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(target);
        return _sender.Send(target, message);
    }

    /// <summary>As <see cref="Send"/>, but waits for room where the target's mailbox is full.</summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">
    /// The message; a codec's prefix first, where the target declares codecs. Not to be changed until the task has ended.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; the message is not sent then.</param>
    /// <returns>
    /// <see cref="SendStatus.Accepted"/>, or why it was refused; <see cref="SendStatus.QueueFull"/> only for a message that is
    /// larger than the mailbox.
    /// </returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while the send waited.</exception>
    public ValueTask<SendStatus> SendAsync(
        string target,
        ReadOnlyMemory<byte> message,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        Route route = _sender.RouteTo(target);
        return SendAsync(ref route, message, cancellationToken);
    }

    /// <summary>
    /// As <see cref="Send"/>, but waits for what becomes of the message. A refusal, also for a full mailbox, is known at once. In manual
    /// mode another thread has to pump meanwhile. A handler that waits for a message to its own endpoint may wait for itself.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The message; a codec's prefix first, where the target declares codecs. The bytes are copied.</param>
    /// <param name="cancellationToken">Ends the waiting; the message goes on its way, where it was sent.</param>
    /// <returns>
    /// Whether it was accepted, its outcome, and the reason where it was not handled. Beyond 16,777,216 messages of a host that somebody
    /// waits for, requests among them, it is <see cref="SendStatus.QueueFull"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the message had its outcome.</exception>
    public ValueTask<MessageFate> SendAndWaitAsync(
        string target,
        ReadOnlySpan<byte> message,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<MessageFate>(cancellationToken);
        }

        FateWaiter waiter = new();
        SendStatus status = _sender.Send(target, message, waiter);
        return status == SendStatus.Accepted
            ? new(waiter.Fate.WaitAsync(cancellationToken))
            : new(new MessageFate { Status = status, Reason = _sender.Explain(target, status, message.Length) });
    }

    /// <summary>
    /// Sends a message to every subscriber of a topic (<see cref="ReceiverOptions.SubscribesTo"/>) and returns at once. For each it is a
    /// message from here like any other, accepted or refused for itself alone; each gets this endpoint's messages in the order in which they
    /// were published.
    /// </summary>
    /// <param name="topic">The topic: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit, as an id.</param>
    /// <param name="message">The message; a codec's prefix first, where subscribers declare codecs. The bytes are copied.</param>
    /// <returns>Whether it was published, and how many subscribers accepted and refused it.</returns>
    /// <exception cref="ArgumentNullException">The topic is null.</exception>
    public PublishResult Publish(string topic, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return _sender.Publish(topic, message);
    }

    /// <summary>
    /// Sends a message after a time, by the host's <see cref="MessagingHostOptions.TimeProvider"/>. It is checked now, where a target that is
    /// not there yet is no fault, and sent like any other message then: until then it is neither sent nor accepted, but counted as
    /// <see cref="MessageStatistics.Scheduled"/>. In manual mode the pump sends what is due.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The message; a codec's prefix first, where the target declares codecs. The bytes are copied.</param>
    /// <param name="delay">The time; zero: at once, but behind this call.</param>
    /// <returns>
    /// <see cref="SendStatus.Accepted"/> and the number under which it can be cancelled; or why it was refused:
    /// <see cref="SendStatus.QueueFull"/> where <see cref="MessagingEndpointOptions.LaterMessages"/> wait, or 64 MiB of them.
    /// </returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <remarks>
    /// What waits when the endpoint is removed is cancelled. What waits when the host stops is refused (<see cref="SendStatus.Closed"/>).
    /// </remarks>
    public LaterResult SendLater(string target, ReadOnlySpan<byte> message, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        SendStatus status = _sender.SendLater(target, message, delay, out long number);
        return new() { Status = status, Number = number };
    }

    /// <summary>
    /// As <see cref="SendLater"/>, but waits where as many later messages of this endpoint wait as may. The time begins when it is
    /// scheduled.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">
    /// The message; a codec's prefix first, where the target declares codecs. Not to be changed until it is scheduled.
    /// </param>
    /// <param name="delay">The time; zero: at once, but behind this call.</param>
    /// <param name="cancellationToken">Ends the waiting; the message is not scheduled then.</param>
    /// <returns>
    /// As <see cref="SendLater"/>; <see cref="SendStatus.QueueFull"/> only where the message could not wait even alone.
    /// </returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the message was scheduled.</exception>
    public ValueTask<LaterResult> SendLaterAsync(
        string target,
        ReadOnlyMemory<byte> message,
        TimeSpan delay,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return _sender.SendLaterAsync(target, message, delay, cancellationToken);
    }

    /// <summary>Cancels a later message of this endpoint, so that it is not sent.</summary>
    /// <param name="number">The number that <see cref="SendLater"/> gave.</param>
    /// <returns>False where it was sent or cancelled already, or there never was one with the number.</returns>
    public bool CancelLater(long number) => number > 0 && _sender.CancelLater((ulong)number);

    /// <summary>The topics to which it subscribes now, as names or prefixes followed by <c>*</c>.</summary>
    public IReadOnlyList<string> Subscriptions => MessagingHost.SubscriptionsOf(Receiver);

    /// <summary>Subscribes to topics, from the next publish on.</summary>
    /// <param name="pattern">A topic, or a prefix of topics followed by <c>*</c>.</param>
    /// <returns>False where it has exactly this subscription already.</returns>
    /// <exception cref="ArgumentNullException">The pattern is null.</exception>
    /// <exception cref="ArgumentException">It is no pattern, or the endpoint has no handler.</exception>
    /// <exception cref="InvalidOperationException">The endpoint was removed.</exception>
    public bool Subscribe(string pattern) => _host.ChangeSubscription(Receiver, pattern, isAdded: true);

    /// <summary>Ends a subscription, from the next publish on. What was accepted before is delivered.</summary>
    /// <param name="pattern">The pattern as it was subscribed to. A wider one that covers it stays.</param>
    /// <returns>False where it has not exactly this subscription.</returns>
    /// <exception cref="ArgumentNullException">The pattern is null.</exception>
    /// <exception cref="ArgumentException">It is no pattern.</exception>
    /// <exception cref="InvalidOperationException">The endpoint was removed.</exception>
    public bool Unsubscribe(string pattern) => _host.ChangeSubscription(Receiver, pattern, isAdded: false);

    /// <summary>Prepares sends to one target: the route is kept, and each send saves looking it up.</summary>
    /// <param name="target">The target's id; it need not be registered yet.</param>
    /// <returns>The sender for that target.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    public PreparedSender Prepare(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new(this, _sender, _sender.RouteTo(target));
    }

    /// <summary>
    /// Explains to a person the answer to a send: the codecs that the target accepts, its largest message, the form of an id, who lacks
    /// which capability. The text is made by this call, from what holds then, so that a send pays nothing for it.
    /// </summary>
    /// <param name="target">The target to which the message was sent.</param>
    /// <param name="status">What the send was answered with.</param>
    /// <param name="messageLength">The message's length in bytes.</param>
    /// <returns>The explanation, in a sentence; never empty.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    public string Explain(string target, SendStatus status, int messageLength)
    {
        ArgumentNullException.ThrowIfNull(target);
        return _sender.Explain(target, status, messageLength);
    }

    /// <summary>Removes it from its host; see <see cref="MessagingHost.Remove"/>.</summary>
    /// <returns>False where it was removed before.</returns>
    public bool Remove() => _host.Unregister(Receiver);

    /// <summary>Cancels its later messages, because it was removed.</summary>
    internal void CancelAllLater() => _sender.CancelAllLater();

    internal ValueTask<SendStatus> SendAsync(
        ref Route route,
        ReadOnlyMemory<byte> message,
        CancellationToken cancellationToken
    )
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<SendStatus>(cancellationToken);
        }

        SendStatus status = _sender.TrySend(ref route, message.Span);
        return status == SendStatus.QueueFull && message.Length <= route.Target!.Mailbox.LargestMessage
            ? WaitAndSendAsync(route, message, cancellationToken)
            : new(Answer(route, status, message.Length));
    }

    private async ValueTask<SendStatus> WaitAndSendAsync(
        Route route,
        ReadOnlyMemory<byte> message,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            Mailbox mailbox = route.Target!.Mailbox;
            Task room = mailbox.WaitForRoom();
            SendStatus status = _sender.TrySend(ref route, message.Span);
            if (status != SendStatus.QueueFull || message.Length > route.Target!.Mailbox.LargestMessage)
            {
                return Answer(route, status, message.Length);
            }

            // Where the target was replaced meanwhile, the next try is for the new one's room.
            if (route.Target.Mailbox == mailbox)
            {
                await WaitForRoomAsync(route, room, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task WaitForRoomAsync(Route route, Task room, CancellationToken cancellationToken)
    {
        // An empty mailbox without room lacks memory, and nobody announces when there is some: the send is tried again after a time.
        Task change = route.Target!.Mailbox.IsQuiet
            ? Task.WhenAny(room, Task.Delay(NextTry, _host.TimeProvider, cancellationToken))
            : room;
        return change.WaitAsync(cancellationToken);
    }

    private SendStatus Answer(Route route, SendStatus status, int length) =>
        status == SendStatus.Accepted ? status : _sender.Refuse(route, status, length);
}
