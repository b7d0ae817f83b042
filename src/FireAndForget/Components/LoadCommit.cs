using System.Diagnostics.CodeAnalysis;

namespace FireAndForget.Components;

/// <summary>
/// The moment at which a load takes effect. Until then it may be cancelled, without waiting for a compiler that cannot be
/// interrupted; afterwards it may not.
/// </summary>
internal sealed class LoadCommit
{
    private const int Open = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private int _state;

    /// <summary>Whether it was cancelled before it took effect. A guest that is being instantiated for it is cut off then.</summary>
    public bool IsCancelled => Volatile.Read(ref _state) == Cancelled;

    /// <summary>Runs a load on a thread of its own, and ends early where it is cancelled before it takes effect.</summary>
    /// <param name="load">Loads, and calls <see cref="Take"/> before it changes anything that others see.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<T> RunAsync<T>(Func<LoadCommit, T> load, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LoadCommit commit = new();
        Task<T> loading = Task.Factory.StartNew(
            () => load(commit),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (
            cancellationToken
                .UnsafeRegister(
                    _ =>
                    {
                        if (Interlocked.CompareExchange(ref commit._state, Cancelled, Open) == Open)
                        {
                            cancelled.SetResult();
                        }
                    },
                    null
                )
                .ConfigureAwait(false)
        )
        {
            await Task.WhenAny(loading, cancelled.Task).ConfigureAwait(false);
            if (commit.IsCancelled)
            {
                // The load may go on up to the point where it would take effect, and ends there. Its result is ignored: even where
                // it has ended already, its error may come from the cancellation.
                _ = loading.ContinueWith(
                    static ended => _ = ended.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default
                );
                throw new OperationCanceledException(cancellationToken);
            }

            return await loading.ConfigureAwait(false);
        }
    }

    /// <summary>Makes the load take effect now.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public void Take()
    {
        if (!TryTake())
        {
            ThrowCancelled();
        }
    }

    /// <summary>Called between steps of a load that cannot be interrupted themselves.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void ThrowIfCancelled()
    {
        if (IsCancelled)
        {
            ThrowCancelled();
        }
    }

    /// <summary>As <see cref="Take"/>; false where it was cancelled before.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Open) != Cancelled;

    [DoesNotReturn]
    private static void ThrowCancelled() => throw new OperationCanceledException("The load was cancelled.");
}
