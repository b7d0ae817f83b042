using FireAndForget.Components;
using Xunit;

namespace FireAndForget.Tests.Components;

/// <summary>A load that may be cancelled until it takes effect, with loads that the tests hold.</summary>
public class LoadCommitTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken TestToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_CancelledBefore_DoesNotLoad()
    {
        bool isLoaded = false;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            LoadCommit.RunAsync(_ => isLoaded = true, new CancellationToken(canceled: true))
        );

        Assert.False(isLoaded);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileItLoads_EndsAtOnceAndTakesNoEffect()
    {
        using CancellationTokenSource cancelled = new();
        using ManualResetEventSlim goOn = new();
        TaskCompletionSource<LoadCommit> begun = new();
        TaskCompletionSource<bool> took = new();
        Task<bool> loading = LoadCommit.RunAsync(
            commit =>
            {
                begun.SetResult(commit);
                goOn.Wait();
                took.SetResult(commit.TryTake());
                return true;
            },
            cancelled.Token
        );
        LoadCommit commit = await begun.Task.WaitAsync(Patience, TestToken);
        Assert.False(commit.IsCancelled);

        await cancelled.CancelAsync();

        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            loading.WaitAsync(Patience, TestToken)
        );
        Assert.Equal(cancelled.Token, ended.CancellationToken);
        Assert.True(commit.IsCancelled);
        Assert.Throws<OperationCanceledException>(commit.ThrowIfCancelled);
        Assert.Throws<OperationCanceledException>(commit.Take);
        goOn.Set();
        Assert.False(await took.Task.WaitAsync(Patience, TestToken));
    }

    [Fact]
    public async Task RunAsync_CancelledAfterItTookEffect_GivesItsResult()
    {
        using CancellationTokenSource cancelled = new();

        string loaded = await LoadCommit.RunAsync(
            commit =>
            {
                commit.Take();
                cancelled.Cancel();
                // As where a version is made once more.
                commit.Take();
                commit.ThrowIfCancelled();
                return "loaded";
            },
            cancelled.Token
        );

        Assert.Equal("loaded", loaded);
    }

    /// <summary>An instance that is cut off for the cancelling is an error of the load, which came to who had cancelled.</summary>
    [Fact]
    public async Task RunAsync_CancellingMakesItFail_IsCancelledAllTheSame()
    {
        using CancellationTokenSource cancelled = new();

        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            LoadCommit.RunAsync<bool>(
                _ =>
                {
                    cancelled.Cancel();
                    throw new ComponentLoadException("it was interrupted");
                },
                cancelled.Token
            )
        );

        Assert.Equal(cancelled.Token, ended.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_ItFails_IsItsError() =>
        Assert.Equal(
            "bad",
            (
                await Assert.ThrowsAsync<ComponentLoadException>(() =>
                    LoadCommit.RunAsync<bool>(_ => throw new ComponentLoadException("bad"), TestToken)
                )
            ).Message
        );
}
