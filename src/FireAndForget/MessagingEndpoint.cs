using FireAndForget.Dispatching;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// A receiver and sender on the .NET side. What it sends carries its id, and nobody else can send as it. All members may be used
/// from any thread.
/// </summary>
public sealed class MessagingEndpoint : IMessageSender
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

    /// <summary>How many of its sends were refused for one reason, exactly, whatever the log left out.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns>The number since it was registered; 0 for <see cref="SendStatus.Accepted"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The reason is none of the enumeration's.</exception>
    public long CountRefused(SendStatus reason) => _sender.RefusedBecause(Check.Defined(reason, nameof(reason)));

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
    /// <param name="message">The message.</param>
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
    /// As <see cref="Send"/>, but waits for what becomes of the message. Where it is refused, also for a full mailbox, that is known at
    /// once. In manual mode somebody else has to pump meanwhile; a handler that waits for a message to its own endpoint may wait for
    /// itself.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The message; a codec's prefix first, where the target declares codecs. The bytes are copied.</param>
    /// <param name="cancellationToken">Ends the waiting; the message goes on its way, where it was sent.</param>
    /// <returns>Whether it was accepted, its outcome, and the reason where it was not handled.</returns>
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
    /// Asks, and waits for the answer, which comes past this endpoint's mailbox: a handler may await it. The request is a message like
    /// any other, checked and queued as with <see cref="Send"/>, and has its own outcome; its answer is one too.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The request; a codec's prefix first, where the target declares codecs. The bytes are copied.</param>
    /// <param name="timeout">How long to wait, by the host's <see cref="MessagingHostOptions.TimeProvider"/>. An answer that comes later is dropped.</param>
    /// <param name="cancellationToken">Gives the request up: the reply is <see cref="ReplyOutcome.Cancelled"/>. It may be handled all the same.</param>
    /// <returns>
    /// The answer, or why there is none; it never fails for what becomes of the request. To be awaited once. Where the request is
    /// refused, for too many open ones too (<see cref="MessagingEndpointOptions.OpenRequests"/>), that is known at once.
    /// </returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    /// <remarks>In manual mode somebody else has to pump meanwhile. A handler that is not asynchronous must not wait for a reply.</remarks>
    public ValueTask<Reply> RequestAsync(
        string target,
        ReadOnlySpan<byte> message,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    ) => RequestAsync(target, message, Memory<byte>.Empty, timeout, cancellationToken);

    /// <summary>
    /// As <see cref="RequestAsync(string, ReadOnlySpan{byte}, TimeSpan, CancellationToken)"/>, with the answer in memory of the caller's: a
    /// request that is answered allocates nothing then.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The request; a codec's prefix first, where the target declares codecs. The bytes are copied.</param>
    /// <param name="answer">
    /// Where the answer is written when the reply is awaited: <see cref="Reply.Bytes"/> is its beginning then. An answer that is longer
    /// comes as an array of its own.
    /// </param>
    /// <param name="timeout">How long to wait, by the host's <see cref="MessagingHostOptions.TimeProvider"/>. An answer that comes later is dropped.</param>
    /// <param name="cancellationToken">Gives the request up: the reply is <see cref="ReplyOutcome.Cancelled"/>. It may be handled all the same.</param>
    /// <returns>The answer, or why there is none, as the other. To be awaited once.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public ValueTask<Reply> RequestAsync(
        string target,
        ReadOnlySpan<byte> message,
        Memory<byte> answer,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (cancellationToken.IsCancellationRequested)
        {
            return new(new Reply(ReplyOutcome.Cancelled, "the call was cancelled before it asked"));
        }

        AwaitedRequest request = _sender.Requests!.PrepareAwaited(timeout, answer);
        SendStatus status = _sender.Send(target, message, request);
        if (status != SendStatus.Accepted)
        {
            request.Free();
            return new(new Reply(ReplyOutcome.Refused, WhyRefused(target, status, message.Length), status));
        }

        request.Begin(cancellationToken);
        return request.Reply;
    }

    /// <summary>
    /// Sends a message to every subscriber of a topic (<see cref="ReceiverOptions.SubscribesTo"/>) and returns at once. For each it is a
    /// message from here like any other, accepted or refused for itself alone; each gets this endpoint's messages in the order in which they
    /// were published.
    /// </summary>
    /// <param name="topic">The topic, a name of the form of ids.</param>
    /// <param name="message">The message. The bytes are copied.</param>
    /// <returns>Whether it was published, and for how many subscribers it was accepted.</returns>
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
    /// What waits when the endpoint is removed is taken back. What waits when the host stops is refused (<see cref="SendStatus.Closed"/>).
    /// </remarks>
    public LaterResult SendLater(string target, ReadOnlySpan<byte> message, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        SendStatus status = _sender.SendLater(target, message, delay, out long number);
        return new(status, number);
    }

    /// <summary>
    /// As <see cref="SendLater"/>, but waits where as many later messages of this endpoint wait as may. The time begins when it is
    /// scheduled.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The message; not to be changed until it is scheduled.</param>
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

    /// <summary>Takes back a later message of this endpoint.</summary>
    /// <param name="number">The number that <see cref="SendLater"/> gave.</param>
    /// <returns>False where it was sent already, or never given.</returns>
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

    /// <summary>
    /// As <see cref="RequestAsync(string, ReadOnlySpan{byte}, TimeSpan, CancellationToken)"/>, but waits for room where the target's mailbox is
    /// full. The request's time begins when it is queued.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The request; not to be changed until it is queued.</param>
    /// <param name="timeout">How long to wait for the answer, by the host's <see cref="MessagingHostOptions.TimeProvider"/>.</param>
    /// <param name="cancellationToken">Gives the request up, also while it waits for room.</param>
    /// <returns>A task that ends when the request is queued or refused, with the task of its reply.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the request was queued.</exception>
    public ValueTask<Task<Reply>> AskAsync(
        string target,
        ReadOnlyMemory<byte> message,
        TimeSpan timeout,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        return WaitAndAskAsync(target, message, timeout, cancellationToken);
    }

    private async ValueTask<Task<Reply>> WaitAndAskAsync(
        string target,
        ReadOnlyMemory<byte> message,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        Route route = _sender.RouteTo(target);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Before the send: room that is made behind that is seen.
            Task room = route.Target?.Mailbox.WaitForRoom() ?? Task.CompletedTask;
            AwaitedRequest request = _sender.Requests!.PrepareAwaited(timeout, default);
            Route before = route;
            SendStatus status = _sender.TrySend(ref route, message.Span, request);
            if (status == SendStatus.Accepted)
            {
                request.Begin(cancellationToken);
                return request.Reply.AsTask();
            }

            request.Free();
            if (status != SendStatus.QueueFull || !MayHaveRoom(route, message.Length))
            {
                string why = WhyRefused(target, status, message.Length);
                return Task.FromResult(new Reply(ReplyOutcome.Refused, why, Answer(route, status, message.Length)));
            }

            // Where the target was replaced meanwhile, it is the new one's room that counts.
            if (route.Target == before.Target)
            {
                await WaitForRoomAsync(route, room, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a message that found none may find room later; not where it is the room for replies that lacks.</summary>
    private bool MayHaveRoom(Route route, int length) =>
        length <= route.Target!.Mailbox.LargestMessage && _sender.Requests!.Count < _sender.Requests.Most;

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
    /// Says for a person why a send was answered so: the codecs that the target accepts, its largest message, the form of an id, who
    /// lacks which capability. It is made when it is asked for, from what holds then, so that a send pays nothing for it.
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

    /// <summary>It was removed: nobody waits for replies any more.</summary>
    internal void CancelRequests() => _sender.Requests!.Close();

    /// <summary>It was removed: nothing is sent for it any more.</summary>
    internal void TakeBackLater() => _sender.TakeBackLater();

    private string WhyRefused(string target, SendStatus status, int length)
    {
        OpenRequests requests = _sender.Requests!;
        return status == SendStatus.QueueFull && requests.Count >= requests.Most
            ? _sender.ExplainOpenRequests()
            : _sender.Explain(target, status, length);
    }

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

            // Where the target was replaced meanwhile, it is the new one's room that counts.
            if (route.Target.Mailbox == mailbox)
            {
                await WaitForRoomAsync(route, room, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task WaitForRoomAsync(Route route, Task room, CancellationToken cancellationToken)
    {
        // Where nothing waits it is memory that is missing: nobody says when there is some.
        Task change = route.Target!.Mailbox.IsQuiet
            ? Task.WhenAny(room, Task.Delay(NextTry, _host.TimeProvider, cancellationToken))
            : room;
        return change.WaitAsync(cancellationToken);
    }

    private SendStatus Answer(Route route, SendStatus status, int length) =>
        status == SendStatus.Accepted ? status : _sender.Refuse(route, status, length);
}
