namespace FireAndForget;

/// <summary>
/// What code needs that only sends, so that a test can give it something else than a host's endpoint. <see cref="MessagingEndpoint"/> is
/// one; all members may be used from any thread.
/// </summary>
/// <example>
/// A fake that keeps what was sent:
/// <code>
/// sealed class RecordingSender(string id) : IMessageSender
/// {
///     public List&lt;(string Target, byte[] Message)&gt; Sent { get; } = [];
///
///     public string Id => id;
///
///     public SendStatus Send(string target, ReadOnlySpan&lt;byte&gt; message)
///     {
///         Sent.Add((target, message.ToArray()));
///         return SendStatus.Accepted;
///     }
///
///     public ValueTask&lt;SendStatus&gt; SendAsync(
///         string target,
///         ReadOnlyMemory&lt;byte&gt; message,
///         CancellationToken cancellationToken = default
///     ) => new(Send(target, message.Span));
/// }
/// </code>
/// </example>
public interface IMessageSender
{
    /// <summary>The id that what is sent here carries as its sender.</summary>
    string Id { get; }

    /// <summary>Sends a message and returns at once. The bytes are copied.</summary>
    /// <param name="target">The target's id.</param>
    /// <param name="message">The message; a codec's prefix first, where the target declares codecs.</param>
    /// <returns><see cref="SendStatus.Accepted"/>, or why it was refused.</returns>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    SendStatus Send(string target, ReadOnlySpan<byte> message);

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
    ValueTask<SendStatus> SendAsync(
        string target,
        ReadOnlyMemory<byte> message,
        CancellationToken cancellationToken = default
    );
}
