namespace FireAndForget;

/// <summary>What became of an accepted message. Each accepted message ends in exactly one of these.</summary>
public enum Outcome : byte
{
    /// <summary>The receiver's <c>handle-message</c> returned ok, or an endpoint's handler returned.</summary>
    Handled = 0,

    /// <summary>
    /// The guest's handler returned an error, an endpoint answered a request with a rejection, or the receiver has no handler for what
    /// came: a message, a request or a published message.
    /// </summary>
    Rejected = 1,

    /// <summary>The guest trapped while it handled this message, or an endpoint's handler threw.</summary>
    Trapped = 2,

    /// <summary>
    /// The message used up its budget (<see cref="LimitOptions.MessageTimeout"/>), or an endpoint's asynchronous handler failed after its
    /// time was over (<see cref="MessagingEndpointOptions.HandlerTimeout"/>).
    /// </summary>
    TimedOut = 3,

    /// <summary>A mailbox with <see cref="OverflowPolicy.DropOldest"/> made room.</summary>
    Evicted = 4,

    /// <summary>The receiver was removed or is not restarted any more, or the host stopped before the message was handled.</summary>
    Undeliverable = 5,

    /// <summary>
    /// It was under way when its receiver's host died, and was perhaps handled. Only among several hosts: on one host no message
    /// ends so.
    /// </summary>
    Lost = 6,
}
