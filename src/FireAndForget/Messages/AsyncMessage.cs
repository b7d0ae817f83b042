namespace FireAndForget;

/// <summary>Handles one message of an endpoint, and may wait meanwhile: no worker waits with it.</summary>
/// <param name="message">The message, valid until the task ends.</param>
/// <param name="cancellationToken">
/// Cancelled when <see cref="MessagingEndpointOptions.HandlerTimeout"/> is over, or when the time is up in which a host that stops
/// lets messages be handled.
/// </param>
/// <returns>A task that ends when the message is handled.</returns>
/// <remarks>
/// The message's outcome is known when the task ends: <see cref="Outcome.Handled"/>, or <see cref="Outcome.Trapped"/> where it failed.
/// Where it failed after its token was cancelled, the outcome is <see cref="Outcome.TimedOut"/>, or
/// <see cref="Outcome.Undeliverable"/> where the host stops.
/// </remarks>
public delegate ValueTask AsyncMessageHandler(AsyncMessage message, CancellationToken cancellationToken);

/// <summary>
/// A message as an endpoint's asynchronous handler sees it: a <see cref="ReceivedMessage"/> that may be kept over an await. It is valid
/// until the handler's task ends; its memory is used again for others then.
/// </summary>
public sealed class AsyncMessage
{
    internal AsyncMessage(string sender, ReadOnlyMemory<byte> bytes, long number, string? topic)
    {
        Topic = topic;
        Sender = sender;
        Bytes = bytes;
        Number = number;
    }

    /// <summary>The id of the component or endpoint that sent the message; given by the host, never by the sender.</summary>
    public string Sender { get; }

    /// <summary>The message's bytes, codec prefix included. Copy what is needed after the handler's task has ended.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <inheritdoc cref="ReceivedMessage.Number"/>
    public long Number { get; }

    /// <inheritdoc cref="ReceivedMessage.Topic"/>
    public string? Topic { get; }
}
