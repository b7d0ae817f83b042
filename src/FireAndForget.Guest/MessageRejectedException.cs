namespace FireAndForget.Guests;

/// <summary>
/// Thrown by a handler that rejects its message: the outcome is rejected and the guest goes on. Any other exception that a handler does not
/// catch ends the guest: the outcome is trapped, and a fresh instance takes the next message.
/// </summary>
public sealed class MessageRejectedException : Exception
{
    /// <summary>Rejects without saying why.</summary>
    public MessageRejectedException()
        : base("") { }

    /// <summary>Rejects.</summary>
    /// <param name="message">Why, for the dead letter; its first 1,024 bytes in UTF-8 are kept.</param>
    public MessageRejectedException(string message)
        : base(message) { }

    /// <summary>Rejects because of another exception.</summary>
    /// <param name="message">Why, for the dead letter; its first 1,024 bytes in UTF-8 are kept.</param>
    /// <param name="innerException">The cause, which nobody outside sees.</param>
    public MessageRejectedException(string message, Exception innerException)
        : base(message, innerException) { }
}
