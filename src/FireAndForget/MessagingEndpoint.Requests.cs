using FireAndForget.Routing;

namespace FireAndForget;

// Requests: messages for whose answer the caller waits.
public sealed partial class MessagingEndpoint
{
    /// <summary>
    /// Sends a request and waits for the answer. The answer does not go through this endpoint's mailbox, so that a handler may await it. The
    /// request is a message like any other, checked and queued as with <see cref="Send"/>, with an outcome of its own; so is the answer.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The request; a codec's prefix first, where the target declares codecs. The bytes are copied.</param>
    /// <param name="timeout">How long to wait, by the host's <see cref="MessagingHostOptions.TimeProvider"/>. An answer that comes later is dropped.</param>
    /// <param name="cancellationToken">Cancels the request: the reply is <see cref="ReplyOutcome.Cancelled"/>. It may be handled all the same.</param>
    /// <returns>
    /// The answer, or why there is none; it never fails for what becomes of the request. To be awaited once. Where the request is
    /// refused, for too many open ones too (<see cref="MessagingEndpointOptions.OpenRequests"/>, and 16,777,216 messages of a host that
    /// somebody waits for), that is known at once.
    /// </returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    /// <remarks>
    /// In manual mode another thread has to pump meanwhile. A handler that is not asynchronous must not wait for a reply. Whoever awaits an
    /// open request, or reads its <see cref="ValueTask{T}.IsCompleted"/>, may hold the thread for 2 to 3 microseconds, in manual mode too:
    /// where answers came that fast lately, it waits awake for this one before it says that there is none yet.
    /// </remarks>
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
    /// <param name="cancellationToken">Cancels the request: the reply is <see cref="ReplyOutcome.Cancelled"/>. It may be handled all the same.</param>
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
    /// As <see cref="RequestAsync(string, ReadOnlySpan{byte}, TimeSpan, CancellationToken)"/>, but waits for room where the target's mailbox is
    /// full. The request's time begins when it is queued.
    /// </summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">
    /// The request; a codec's prefix first, where the target declares codecs. Not to be changed until it is queued.
    /// </param>
    /// <param name="timeout">How long to wait for the answer, by the host's <see cref="MessagingHostOptions.TimeProvider"/>.</param>
    /// <param name="cancellationToken">Cancels the request, also while it waits for room.</param>
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
            // The wait begins before the send, so that room which is made after the send ends it.
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
                string reason = WhyRefused(target, status, message.Length);
                return Task.FromResult(new Reply(ReplyOutcome.Refused, reason, Answer(route, status, message.Length)));
            }

            // Where the target was replaced meanwhile, the next try is for the new one's room.
            if (route.Target == before.Target)
            {
                await WaitForRoomAsync(route, room, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether a request that found no room may find some later. It may not where too many requests are open.</summary>
    private bool MayHaveRoom(Route route, int length) =>
        length <= route.Target!.Mailbox.LargestMessage && _sender.Requests!.Count < _sender.Requests.Most;

    /// <summary>Cancels its open requests, because it was removed.</summary>
    internal void CancelRequests() => _sender.Requests!.Close();

    private string WhyRefused(string target, SendStatus status, int length)
    {
        OpenRequests requests = _sender.Requests!;
        return status == SendStatus.QueueFull && requests.Count >= requests.Most
            ? _sender.ExplainOpenRequests()
            : _sender.Explain(target, status, length);
    }
}
