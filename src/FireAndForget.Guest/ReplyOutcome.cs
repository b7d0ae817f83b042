namespace FireAndForget.Guests;

/// <summary>How a request ended for who asked.</summary>
public enum ReplyOutcome
{
    /// <summary>It was answered: <see cref="Reply.Bytes"/> is the answer.</summary>
    Handled = 0,

    /// <summary>The responder rejected it, or has no handler for requests.</summary>
    Rejected = 1,

    /// <summary>The responder trapped while it handled the request.</summary>
    Trapped = 2,

    /// <summary>The request's time was over, or the responder used up its budget.</summary>
    TimedOut = 3,

    /// <summary>It was evicted, or its responder stopped, was removed or was lost.</summary>
    Undeliverable = 4,
}
