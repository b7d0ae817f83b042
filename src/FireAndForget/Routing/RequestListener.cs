namespace FireAndForget.Routing;

/// <summary>Waits for the outcome of a request's message, and takes the responder's answer before.</summary>
internal abstract class RequestListener : OutcomeListener
{
    /// <summary>Takes the responder's answer; the reply is given when the request has its outcome.</summary>
    /// <returns>Null, or why the request is rejected.</returns>
    public string? Take(Answer answer) => answer.Rejection ?? Take(answer.Bytes.Span);

    /// <summary>Takes an answer that is no rejection.</summary>
    public abstract string? Take(ReadOnlySpan<byte> answer);

    /// <summary>Why an answer is too long for the requester; null where it is not.</summary>
    protected static string? CheckLength(int length, int largest) =>
        length <= largest
            ? null
            : FormattableString.Invariant($"the answer has {length} bytes, and who asked accepts at most {largest}");
}
