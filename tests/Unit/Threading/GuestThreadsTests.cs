using FireAndForget.Threading;
using Xunit;

namespace FireAndForget.Tests.Threading;

/// <summary>Threads on which a host makes instances for others.</summary>
public sealed class GuestThreadsTests : IDisposable
{
    private static readonly AsyncLocal<string> Scope = new();

    private readonly GuestThreads _threads = new("test helper", 2);

    public void Dispose() => _threads.Dispose();

    [Fact]
    public void Run_AFunction_RunsElsewhereAndGivesItsResult()
    {
        Scope.Value = "the caller's";

        (Thread Thread, string? Scope) seen = _threads.Run(() => (Thread.CurrentThread, Scope.Value));

        Assert.NotEqual(Thread.CurrentThread, seen.Thread);
        Assert.Equal("test helper 0", seen.Thread.Name);
        Assert.True(seen.Thread.IsBackground);
        Assert.Equal("the caller's", seen.Scope);
    }

    [Fact]
    public void Run_OneThatThrows_ThrowsTheSame()
    {
        InvalidOperationException thrown = new("why");

        Exception caught = Assert.Throws<InvalidOperationException>(() => _threads.Run<int>(() => throw thrown));

        Assert.Same(thrown, caught);
        Assert.Equal(1, _threads.Run(() => 1));
    }

    [Fact]
    public void Run_OneAfterTheOther_UsesOneThread()
    {
        int[] ids = [.. Enumerable.Range(0, 50).Select(_ => _threads.Run(() => Environment.CurrentManagedThreadId))];

        // The caller may call again before the thread counts as idle, so there may be a second one.
        Assert.InRange(ids.Distinct().Count(), 1, 2);
        Assert.InRange(_threads.Count, 1, 2);
    }

    [Fact]
    public void Run_FromOneOfThem_RunsThere()
    {
        int outer = 0;

        int inner = _threads.Run(() =>
        {
            outer = Environment.CurrentManagedThreadId;
            return _threads.Run(() => Environment.CurrentManagedThreadId);
        });

        Assert.Equal(outer, inner);
    }

    [Fact]
    public void Post_MoreThanThreads_RunsAllOnNoMoreThanItsBound()
    {
        using ManualResetEventSlim goOn = new();
        using CountdownEvent done = new(20);
        for (int i = 0; i < 20; i++)
        {
            _threads.Post(() =>
            {
                goOn.Wait();
                done.Signal();
            });
        }

        Assert.Equal(2, _threads.Count);
        goOn.Set();
        done.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(2, _threads.Count);
    }

    [Fact]
    public void Run_InterruptedWhileItWaits_GivesTheResultAndStaysInterrupted()
    {
        Thread caller = Thread.CurrentThread;

        int result = _threads.Run(() =>
        {
            caller.Interrupt();
            return 7;
        });

        Assert.Equal(7, result);
        Assert.Throws<ThreadInterruptedException>(() => Thread.Sleep(Timeout.Infinite));
    }

    [Fact]
    public void Run_AfterAnActionInterruptedItsThread_StillWorks()
    {
        _threads.Run(() =>
        {
            Thread.CurrentThread.Interrupt();
            return 0;
        });

        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(i => _threads.Run(() => i)));
    }

    [Fact]
    public void Run_Disposed_Throws()
    {
        _threads.Run(() => 0);
        _threads.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _threads.Run(() => 0));
    }

    [Fact]
    public void Dispose_WithWorkWaiting_DoesItFirst()
    {
        int done = 0;
        using ManualResetEventSlim goOn = new();
        for (int i = 0; i < 10; i++)
        {
            _threads.Post(() =>
            {
                goOn.Wait();
                Interlocked.Increment(ref done);
            });
        }

        goOn.Set();
        _threads.Dispose();

        Assert.Equal(10, done);
    }

    /// <summary>What opens a pipe waits for a writer, for ever perhaps: nothing interrupts that, and the host hung with it.</summary>
    [Fact]
    public void TryEnd_WorkThatDoesNotEnd_IsLeftToItself()
    {
        using ManualResetEventSlim goOn = new();
        using ManualResetEventSlim done = new();
        _threads.Post(() =>
        {
            goOn.Wait();
            done.Set();
        });

        Assert.False(_threads.TryEnd(TimeSpan.Zero));
        Assert.Throws<ObjectDisposedException>(() => _threads.Run(() => 0));

        goOn.Set();
        Assert.True(_threads.TryEnd(Timeout.InfiniteTimeSpan));
        Assert.True(done.IsSet);
    }

    /// <summary>A start function that recurses takes 512 KiB of guest's stack; the rest is for the host.</summary>
    [Fact]
    public void Run_AFunctionThatTakes3MiBOfStack_HasThem() => Assert.Equal(3 << 20, _threads.Run(() => Descend(0)));

    private static int Descend(int bytes)
    {
        Span<byte> frame = stackalloc byte[1 << 14];
        frame.Fill(1);
        return bytes == 3 << 20 ? bytes : Descend(bytes + frame.Length) + frame[0] - 1;
    }
}
