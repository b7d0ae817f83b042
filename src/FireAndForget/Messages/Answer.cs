namespace FireAndForget;

/// <summary>Answers one request of an endpoint. Runs on a worker, for one message at a time and in order.</summary>
/// <param name="request">The request, valid until the handler returns.</param>
/// <returns>The answer, or a rejection.</returns>
/// <remarks>An exception becomes the request's outcome (<see cref="Outcome.Trapped"/>) and a dead letter.</remarks>
public delegate Answer RequestHandler(ReceivedMessage request);

/// <summary>Answers one request of an endpoint, and may wait meanwhile; as <see cref="AsyncMessageHandler"/>.</summary>
/// <param name="request">The request, valid until the task ends.</param>
/// <param name="cancellationToken">As that of <see cref="AsyncMessageHandler"/>. It knows nothing of the request's own time.</param>
/// <returns>The answer, or a rejection.</returns>
public delegate ValueTask<Answer> AsyncRequestHandler(AsyncMessage request, CancellationToken cancellationToken);

/// <summary>What a handler answers a request with: bytes, or a rejection in words. Default: an answer without bytes.</summary>
public readonly struct Answer
{
    private Answer(ReadOnlyMemory<byte> bytes, string? rejection)
    {
        Bytes = bytes;
        Rejection = rejection;
    }

    /// <summary>The answer's bytes, which are copied when the handler has returned.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Why the request is rejected; null: it is answered.</summary>
    public string? Rejection { get; }

    /// <summary>An answer.</summary>
    /// <param name="bytes">Its bytes, at most as many as who asks accepts in a message; with more the request is rejected.</param>
    public static Answer Of(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>A rejection: the request's outcome is <see cref="Outcome.Rejected"/>.</summary>
    /// <param name="reason">Why, for the reply and the dead letter.</param>
    /// <exception cref="ArgumentNullException">The reason is null.</exception>
    public static Answer Reject(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new(default, reason);
    }
}
