namespace FireAndForget;

/// <summary>How a request ended for who asked; see <see cref="MessagingEndpoint.RequestAsync(string, ReadOnlySpan{byte}, TimeSpan, CancellationToken)"/>.</summary>
public enum ReplyOutcome : byte
{
    /// <summary>It was answered: <see cref="Reply.Bytes"/> is the answer.</summary>
    Handled = 0,

    /// <summary>The responder rejected it, or has no handler for requests.</summary>
    Rejected = 1,

    /// <summary>The responder trapped, or its handler threw, while it handled the request.</summary>
    Trapped = 2,

    /// <summary>The request's time was over, or the responder used up its budget.</summary>
    TimedOut = 3,

    /// <summary>It was evicted, or its responder stopped or was removed.</summary>
    Undeliverable = 4,

    /// <summary>The host refused it, with <see cref="Reply.Status"/>: it was not queued.</summary>
    Refused = 5,

    /// <summary>Who asked gave it up, or was removed. The request itself may have been handled.</summary>
    Cancelled = 6,
}
