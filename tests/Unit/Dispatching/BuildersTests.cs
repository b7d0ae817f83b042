using FireAndForget.Dispatching;
using Xunit;

namespace FireAndForget.Tests.Dispatching;

/// <summary>Who gets a thread to build on, shown with builds that do not end before the test lets them.</summary>
public sealed class BuildersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Parts _parts = new();
    private readonly List<Thread> _threads = [];
    private readonly List<Exception> _failures = [];
    private readonly ManualResetEventSlim _gate = new();
    private readonly InstanceBuilders _builders;
    private bool _hasNoThread;
    private int _begun;

    public BuildersTests() => _builders = new(Post, TimeSpan.Zero, _parts.Services.Ticker, _failures.Add);

    public void Dispose()
    {
        _gate.Set();
        _threads.ForEach(t => t.Join());
        _gate.Dispose();
        _parts.Dispose();
    }

    [Fact]
    public void Add_OthersDoNotEnd_EachHasAThread()
    {
        for (int i = 0; i < InstanceBuilders.Most - 1; i++)
        {
            _builders.Add(new Held(this));
        }

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _begun) == InstanceBuilders.Most - 1, Patience));
        Quick quick = new();
        _builders.Add(quick);

        Assert.True(quick.Made.Wait(Patience, TestContext.Current.CancellationToken));
    }

    /// <summary>However many components are known to be slow, the others find a thread.</summary>
    [Fact]
    public void Add_MoreSlowOnesThanThereAreThreads_OthersHaveTheirs()
    {
        const int Slow = 2 * InstanceBuilders.Most;
        for (int i = 0; i < Slow; i++)
        {
            _builders.Add(new Held(this, isSlow: true));
        }

        for (int i = 0; i < 100; i++)
        {
            Quick quick = new();
            _builders.Add(quick);
            Assert.True(quick.Made.Wait(Patience, TestContext.Current.CancellationToken));
        }

        Assert.True(Volatile.Read(ref _begun) <= InstanceBuilders.MostSlow);
        _gate.Set();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _begun) == Slow, Patience));
    }

    [Fact]
    public void Add_ThereIsNoThread_TheNextTickTriesAgain()
    {
        _hasNoThread = true;
        Quick quick = new();
        _builders.Add(quick);
        _builders.Tick();
        Assert.Equal(2, _failures.OfType<InsufficientMemoryException>().Count());
        Assert.False(quick.Made.IsSet);

        _hasNoThread = false;
        _builders.Tick();

        Assert.True(quick.Made.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Add_ABuildThrows_TheThreadGoesOn()
    {
        Quick quick = new();
        _builders.Add(new Broken());
        _builders.Add(quick);

        Assert.True(quick.Made.Wait(Patience, TestContext.Current.CancellationToken));
        Assert.IsType<InvalidDataException>(Assert.Single(_failures));
    }

    private void Post(Action run)
    {
        if (_hasNoThread)
        {
            throw new InsufficientMemoryException();
        }

        Thread thread = new(run.Invoke);
        _threads.Add(thread);
        thread.Start();
    }

    private sealed class Held(BuildersTests test, bool isSlow = false) : IInstanceBuild
    {
        public bool IsSlow => isSlow;

        public void Make()
        {
            Interlocked.Increment(ref test._begun);
            test._gate.Wait();
        }
    }

    private sealed class Quick : IInstanceBuild
    {
        public ManualResetEventSlim Made { get; } = new();

        public bool IsSlow => false;

        public void Make() => Made.Set();
    }

    private sealed class Broken : IInstanceBuild
    {
        public bool IsSlow => false;

        public void Make() => throw new InvalidDataException("broken");
    }
}
