namespace FireAndForget.Cli;

/// <summary>
/// Sends requests for endpoints, and writes each reply when it comes. No further request is sent while many replies wait to be
/// written.
/// </summary>
/// <param name="lines">Takes the replies; null: nobody wants to see them.</param>
/// <param name="output">Where the lines go.</param>
internal sealed class ReplyLines(EventLines? lines, LineOutput output)
{
    /// <summary>How many replies may wait for the output before no further request is sent.</summary>
    private const int MostUnwritten = 10_000;

    private readonly TaskCompletionSource _allWritten = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many replies are not written yet, plus one until <see cref="CompleteAsync"/> is called.</summary>
    private int _unwritten = 1;
    private int _given;

    /// <summary>Sends a request. A request that is refused has no reply.</summary>
    public void Ask(MessagingEndpoint endpoint, string target, ReadOnlySpan<byte> message, TimeSpan timeout) =>
        Write(endpoint.RequestAsync(target, message, timeout).AsTask(), target, endpoint.Id);

    /// <summary>Sends a request as soon as there is room in the target's mailbox.</summary>
    public async Task AskWhenRoomAsync(
        MessagingEndpoint endpoint,
        string target,
        ReadOnlyMemory<byte> message,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        // The token ends the waiting for room only; a request that is queued stays open.
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Reply> asked = await endpoint.AskAsync(target, message, timeout, waiting.Token).ConfigureAwait(false);
        Write(asked, target, endpoint.Id);
    }

    /// <summary>A task that ends when there is room for more replies.</summary>
    public Task WhenRoom() => Volatile.Read(ref _given) > MostUnwritten ? output.WhenRoom() : Task.CompletedTask;

    /// <summary>Waits until all replies are written. No further request may be sent.</summary>
    public Task CompleteAsync()
    {
        Release();
        return _allWritten.Task;
    }

    private void Write(Task<Reply> asked, string from, string to)
    {
        Interlocked.Increment(ref _unwritten);
        _ = WriteAsync(asked, from, to);
    }

    private async Task WriteAsync(Task<Reply> asked, string from, string to)
    {
        Reply reply = await asked.ConfigureAwait(false);
        Interlocked.Increment(ref _given);
        if (lines is not null && reply.Outcome is not (ReplyOutcome.Refused or ReplyOutcome.Cancelled))
        {
            // This waits here and not in the write, which would block a thread of the pool.
            await output.WhenRoom().ConfigureAwait(false);
            lines.WriteReply(from, to, reply);
        }

        Interlocked.Decrement(ref _given);
        Release();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _unwritten) == 0)
        {
            _allWritten.SetResult();
        }
    }
}
