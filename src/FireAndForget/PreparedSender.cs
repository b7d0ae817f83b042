using FireAndForget.Routing;

namespace FireAndForget;

/// <summary>
/// Sends from one endpoint to one target and keeps the route between them; see <see cref="MessagingEndpoint.Prepare"/>. Any thread may use
/// it.
/// </summary>
public sealed class PreparedSender
{
    private readonly MessagingEndpoint _endpoint;
    private readonly MessageSender _sender;
    private Route _route;

    internal PreparedSender(MessagingEndpoint endpoint, MessageSender sender, Route route)
    {
        _endpoint = endpoint;
        _sender = sender;
        _route = route;
    }

    /// <summary>The target's id.</summary>
    public string Target => Volatile.Read(ref _route).TargetId;

    /// <summary>Sends a message; see <see cref="MessagingEndpoint.Send"/>.</summary>
    /// <param name="message">The message; a codec's prefix first, where the target declares codecs. The bytes are copied.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why it was refused.</returns>
    public SendStatus Send(ReadOnlySpan<byte> message)
    {
        Route known = Volatile.Read(ref _route);
        Route route = known;
        SendStatus status = _sender.Send(ref route, message);
        Keep(known, route);
        return status;
    }

    /// <summary>Sends a message and waits for room where there is none; see <see cref="MessagingEndpoint.SendAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    /// <param name="message">
    /// The message; a codec's prefix first, where the target declares codecs. Not to be changed until the task has ended.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; the message is not sent then.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why it was refused.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled while the send waited.</exception>
    public ValueTask<SendStatus> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        Route known = Volatile.Read(ref _route);
        Route route = known;
        ValueTask<SendStatus> status = _endpoint.SendAsync(ref route, message, cancellationToken);
        Keep(known, route);
        return status;
    }

    private void Keep(Route known, Route route)
    {
        if (route != known)
        {
            Volatile.Write(ref _route, route);
        }
    }
}
