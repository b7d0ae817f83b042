namespace FireAndForget.Cli;

/// <summary>A line of the messages: what an endpoint sends, and to whom.</summary>
/// <param name="Sender">The endpoint that sends.</param>
/// <param name="Target">The target's id, or the topic, valid or not.</param>
/// <param name="Bytes">The message, valid until the next line is read.</param>
/// <param name="Repeat">How often to send it.</param>
internal readonly record struct MessageLine(
    MessagingEndpoint Sender,
    string Target,
    ReadOnlyMemory<byte> Bytes,
    long Repeat
)
{
    /// <summary>Whether it is published, and the target is the topic.</summary>
    public bool IsTopic { get; init; }

    /// <summary>After which time it is sent; null: at once.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Where it is a request, how long it may be open; null: it is none.</summary>
    public TimeSpan? RequestTimeout { get; init; }
}
