using FireAndForget.Messages;

namespace FireAndForget;

/// <summary>Handles one message of an endpoint. Runs on a worker, for one message at a time and in order.</summary>
/// <param name="message">The message, valid until the handler returns.</param>
/// <remarks>An exception becomes the message's outcome (<see cref="Outcome.Trapped"/>) and a dead letter.</remarks>
public delegate void MessageHandler(ReceivedMessage message);

/// <summary>A message as an endpoint's handler sees it. It is valid until the handler returns.</summary>
public readonly ref struct ReceivedMessage
{
    private readonly IMessageDetails _details;
    private readonly int _index;

    internal ReceivedMessage(string sender, ReadOnlySpan<byte> bytes, IMessageDetails details, int index)
    {
        _details = details;
        _index = index;
        Sender = sender;
        Bytes = bytes;
    }

    /// <summary>The id of the component or endpoint that sent the message; given by the host, never by the sender.</summary>
    public string Sender { get; }

    /// <summary>The message's bytes, codec prefix included. Copy what is needed after the handler has returned.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>
    /// The message's number, 1 or more: unique for its sender and receiver, and the same in its dead letter. It grows from message to
    /// message.
    /// </summary>
    public long Number => _details.NumberOf(_index);

    /// <summary>The topic under which the message was published; null: it was sent to this endpoint itself. See <see cref="MessagingEndpoint.Publish"/>.</summary>
    public string? Topic => _details.TopicOf(_index);
}
