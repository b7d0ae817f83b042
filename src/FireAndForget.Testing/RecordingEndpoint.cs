using System.Text;

namespace FireAndForget.Testing;

/// <summary>An endpoint of a <see cref="TestHost"/> that keeps what it gets, and that the test sends from.</summary>
public sealed class RecordingEndpoint
{
    private readonly Lock _lock = new();
    private readonly TestHost _host;
    private readonly List<RecordedMessage> _received = [];
    private int _asserted;

    internal RecordingEndpoint(
        TestHost host,
        string id,
        RequestHandler? answering,
        MessageHandler? handler,
        MessagingEndpointOptions? options
    )
    {
        _host = host;
        Endpoint = answering is null
            ? host.Host.AddEndpoint(id, Handle, options)
            : host.Host.AddEndpoint(
                id,
                request =>
                {
                    Keep(id, "request", request);
                    return answering(request);
                },
                Handle,
                options
            );

        void Handle(ReceivedMessage message)
        {
            Keep(id, "message", message);
            handler?.Invoke(message);
        }
    }

    /// <summary>The endpoint itself.</summary>
    public MessagingEndpoint Endpoint { get; }

    /// <summary>Its id.</summary>
    public string Id => Endpoint.Id;

    /// <summary>All messages that it got so far, in order; a copy.</summary>
    public IReadOnlyList<RecordedMessage> Received
    {
        get
        {
            lock (_lock)
            {
                return [.. _received];
            }
        }
    }

    /// <summary>Sends a message from this endpoint and delivers until it has its outcome and nothing is left to be delivered.</summary>
    /// <param name="target">The id of the receiver.</param>
    /// <param name="message">The message.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    public Task<SendResult> SendAsync(string target, ReadOnlyMemory<byte> message) =>
        _host.SendAsync(Endpoint, target, message);

    /// <summary>
    /// Sends a text in UTF-8 from this endpoint and delivers until it has its outcome and nothing is left to be delivered.
    /// </summary>
    /// <param name="target">The id of the receiver.</param>
    /// <param name="message">The message.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Task<SendResult> SendAsync(string target, string message) =>
        SendAsync(target, Encoding.UTF8.GetBytes(message));

    /// <summary>Asserts that the next message that it got, after those that were asserted before, is this text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sender">The id of its sender; null: anybody.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ArgumentNullException">The text is null.</exception>
    /// <exception cref="TestFailedException">There is no further message, or it is another.</exception>
    public RecordedMessage AssertReceived(string text, string? sender = null) =>
        AssertReceived(Encoding.UTF8.GetBytes(text), sender);

    /// <summary>Asserts that the next message that it got, after those that were asserted before, has these bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="sender">The id of its sender; null: anybody.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TestFailedException">There is no further message, or it is another.</exception>
    public RecordedMessage AssertReceived(ReadOnlySpan<byte> bytes, string? sender = null)
    {
        string expected = $"{Id} was to get {MessageText.Of(bytes)}{(sender is null ? "" : $" from {sender}")}";
        RecordedMessage next = Next() ?? throw _host.Failure($"{expected}, and got nothing more.");
        return next.Bytes.Span.SequenceEqual(bytes) && (sender is null || sender == next.Sender)
            ? next
            : throw _host.Failure($"{expected}, and got one {next}.");
    }

    /// <summary>Asserts that it got nothing after the messages that were asserted before.</summary>
    /// <exception cref="TestFailedException">It did.</exception>
    public void AssertReceivedNothing()
    {
        if (Next() is { } next)
        {
            throw _host.Failure($"{Id} was to get nothing more, and got one {next}.");
        }
    }

    private void Keep(string id, string what, ReceivedMessage message)
    {
        RecordedMessage received = new(message);
        _host.Record.Add($"{id} gets a {what} {received}");
        lock (_lock)
        {
            _received.Add(received);
        }
    }

    private RecordedMessage? Next()
    {
        lock (_lock)
        {
            return _asserted < _received.Count ? _received[_asserted++] : null;
        }
    }
}
