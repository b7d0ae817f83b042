namespace FireAndForget.Routing;

/// <summary>A .NET caller that waits for what becomes of its message.</summary>
internal sealed class FateWaiter : OutcomeListener
{
    // Continuations are the caller's code, which the thread that settles the message does not run.
    private readonly TaskCompletionSource<MessageFate> _fate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<MessageFate> Fate => _fate.Task;

    public override void Settled(Outcome outcome, string reason, long number) =>
        _fate.TrySetResult(
            new()
            {
                Outcome = outcome,
                Reason = reason,
                Number = number,
            }
        );
}
