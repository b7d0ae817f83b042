using Xunit;

namespace FireAndForget.Tests;

/// <summary>An asynchronous handler that a test holds at a message, so that it can look at the host meanwhile.</summary>
internal sealed class HeldHandler
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the handler is released, and takes no notice of its token.</summary>
    public async ValueTask HandleAsync(AsyncMessage message, CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        await _released.Task;
    }

    /// <summary>Waits until its token is cancelled.</summary>
    public async ValueTask HandleUntilCancelledAsync(AsyncMessage message, CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    /// <summary>Waits until the handler has its first message.</summary>
    public Task WhenEnteredAsync() => _entered.Task.WaitAsync(TestHost.Patience, TestContext.Current.CancellationToken);

    public void Release() => _released.SetResult();
}
