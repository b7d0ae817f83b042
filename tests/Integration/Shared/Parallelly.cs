namespace FireAndForget.Tests;

/// <summary>Runs something on real threads at once; what one of them throws, the test sees.</summary>
internal static class Parallelly
{
    public static Task RunAsync(int threads, Action<int> body) =>
        Task.WhenAll(
                Enumerable
                    .Range(0, threads)
                    .Select(i =>
                        Task.Factory.StartNew(
                            () => body(i),
                            CancellationToken.None,
                            TaskCreationOptions.LongRunning,
                            TaskScheduler.Default
                        )
                    )
            )
            .WaitAsync(TestHost.Patience);
}
