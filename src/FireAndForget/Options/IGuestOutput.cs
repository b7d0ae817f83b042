namespace FireAndForget;

/// <summary>Takes what guests write to their standard output and error. Several workers may call it at a time.</summary>
public interface IGuestOutput
{
    /// <summary>Takes a line. Where it throws, the line is lost and the guest goes on.</summary>
    /// <param name="component">The id of the component that wrote it.</param>
    /// <param name="isError">Whether it went to standard error.</param>
    /// <param name="line">
    /// The line without its end, in valid UTF-8 and without control characters but tabs; at most 12 KiB. It is gone after the
    /// call.
    /// </param>
    void Write(string component, bool isError, ReadOnlySpan<byte> line);
}
