namespace FireAndForget.Hosting;

/// <summary>
/// Handles the messages of an endpoint, as a service of the container: a scope is made for each message, and the handler and what it
/// needs come from there. See <see cref="AsyncMessageHandler"/> for what becomes of a message.
/// </summary>
public interface IMessageHandler
{
    /// <summary>Handles one message.</summary>
    /// <param name="message">The message, valid until the task ends.</param>
    /// <param name="cancellationToken">Cancelled when the handler's time is over, or when the host stops and its time is up.</param>
    /// <returns>A task that ends when the message is handled.</returns>
    ValueTask HandleAsync(AsyncMessage message, CancellationToken cancellationToken);
}
