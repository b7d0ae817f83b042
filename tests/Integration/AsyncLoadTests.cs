using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Loads that are awaited, and what is registered when they are cancelled.</summary>
public class AsyncLoadTests
{
    /// <summary>A guest whose start never ends, so that its load is under way until something ends it.</summary>
    private static readonly ComponentSource Endless = ComponentSource.FromText(
        """
        (module
          (memory (export "memory") 1)
          (func $start (loop $again (br $again)))
          (start $start)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
        """
    );

    /// <summary>A guest that writes a line when it starts, does something else then, and rejects each message.</summary>
    private static ComponentSource Starting(string then = "") =>
        ComponentSource.FromText(
            $"""
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 0) "\08\00\00\00\02\00\00\00x\0a")
              (func (export "_initialize")
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
                {then})
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 1))
            """
        );

    private static readonly ComponentOptions NoTimeout = new() { Limits = new() { LoadTimeout = TimeSpan.Zero } };

    private static CancellationToken TestToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddComponentAsync_Loaded_IsRegistered()
    {
        await using TestHost host = new();

        Component component = await host.Host.AddComponentAsync(
            "basic",
            TestFiles.PathOf(TestFiles.Basic),
            cancellationToken: TestToken
        );
        host.AddSender().Send("basic", [1]);
        await host.SettleAsync();

        Assert.Equal(1, component.Statistics.Handled);
        Assert.True(host.Host.TryGetComponent("basic", out Component? found));
        Assert.Same(component, found);
        Assert.Same(component, Assert.Single(host.Host.Components));
    }

    [Fact]
    public async Task AddComponentAsync_CancelledWhileItLoads_IsNotRegistered()
    {
        await using TestHost host = new();
        using CancellationTokenSource cancelled = new();
        Task<Component> adding = host.Host.AddComponentAsync("endless", Endless, NoTimeout, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adding.WaitAsync(TestHost.Patience, TestToken));
        Assert.False(host.Host.TryGetComponent("endless", out _));
        Assert.Empty(host.Host.Components);
        // The id is free, and the host stops although the load still runs.
        host.Add("endless", TestFiles.Basic);
    }

    /// <summary>
    /// A guest whose load was cancelled within its start ran on until the host ended, with a processor and one of the threads that load.
    /// </summary>
    [Fact]
    public async Task AddComponentAsync_CancelledWithinItsStart_CutsItOff()
    {
        StartOutput output = new();
        await using MessagingHost host = Narrow(output);
        output.GoOn.Set();

        await CancelWithinTheStartAsync(
            output,
            token => host.AddComponentAsync("endless", Starting("(loop $again (br $again))"), NoTimeout, token)
        );

        await AssertNothingIsLeftAsync(host);
    }

    [Fact]
    public async Task AddComponentAsync_CancelledJustBeforeItTakesEffect_LeavesNothing()
    {
        StartOutput output = new();
        await using MessagingHost host = Narrow(output);

        await CancelWithinTheStartAsync(
            output,
            token => host.AddComponentAsync("late", Starting(), cancellationToken: token)
        );
        output.GoOn.Set();

        await AssertNothingIsLeftAsync(host);
    }

    [Fact]
    public async Task AddTopologyAsync_CancelledJustBeforeItTakesEffect_LeavesNothing()
    {
        StartOutput output = new();
        await using MessagingHost host = Narrow(output);
        Topology topology = new([new TopologyComponent("late", Starting())], ["client"]);

        await CancelWithinTheStartAsync(
            output,
            token => host.AddTopologyAsync(topology, (_, _) => { }, cancellationToken: token)
        );
        output.GoOn.Set();

        await AssertNothingIsLeftAsync(host);
        Assert.Empty(host.Endpoints);
    }

    [Fact]
    public async Task ReplaceAsync_CancelledJustBeforeItTakesEffect_TheOldVersionGoesOn()
    {
        StartOutput output = new();
        await using MessagingHost host = Narrow(output);
        ComponentOptions small = new() { Limits = new() { MemoryBytes = 2 << 20 } };
        Component guest = host.AddComponent("guest", TestFiles.PathOf(TestFiles.Basic), small);

        await CancelWithinTheStartAsync(output, token => guest.ReplaceAsync(Starting(), new(), token));
        output.GoOn.Set();

        await TestHost.UntilAsync(() => HasRoom(host), "the version that was not taken gives back its memory");
        host.AddEndpoint("client").Send("guest", [1]);
        host.Pump();
        Assert.Equal((1, 0), (guest.Statistics.Handled, guest.Statistics.Rejected));
    }

    /// <summary>It came within an AggregateException.</summary>
    [Fact]
    public async Task AddTopologyAsync_HostStopsMeanwhile_SaysThatItWasDisposedOf()
    {
        StoppingLog log = new();
        await using MessagingHost host = new(new() { Workers = 0, Logger = log });
        log.Host = host;
        // The path leads out of the topology's folder, which the log is told before anything is loaded.
        Topology topology = Topology.Parse(
            """{ "components": [{ "id": "guest", "path": "../guest.wasm" }] }""",
            AppContext.BaseDirectory
        );

        var error = await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            host.AddTopologyAsync(topology, (_, _) => { }, cancellationToken: TestToken)
        );

        Assert.Contains("while it loaded", error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Behind the call the caller may give them other values, and does so here; a list of theirs says whether the thread that loads has
    /// read them, whichever of the two comes first.
    /// </summary>
    [Theory]
    [InlineData("AddComponentAsync")]
    [InlineData("ReplaceAsync")]
    [InlineData("AddTopologyAsync")]
    public async Task LoadsThatAreAwaited_OptionsChangedBehindTheCall_AreAsTheyWere(string load)
    {
        await using TestHost host = new(workers: 0);
        WatchedList patterns = new() { "sender" };
        int caller = Environment.CurrentManagedThreadId;
        ComponentOptions options = new() { MaxMessageBytes = 3, SendsTo = patterns };
        MessagingEndpointOptions endpointOptions = new() { MaxMessageBytes = 3 };
        ComponentSource basic = ComponentSource.FromFile(TestFiles.PathOf(TestFiles.Basic));
        Component? replaced = load == "ReplaceAsync" ? host.Add("guest", TestFiles.Basic) : null;

        Task loading = load switch
        {
            "AddComponentAsync" => host.Host.AddComponentAsync("guest", basic, options, TestToken),
            "ReplaceAsync" => replaced!.ReplaceAsync(basic, options, TestToken),
            _ => host.Host.AddTopologyAsync(
                new([new TopologyComponent("guest", basic, options)], ["client"]),
                (_, _) => { },
                endpointOptions,
                TestToken
            ),
        };
        options.MaxMessageBytes = 1;
        endpointOptions.MaxMessageBytes = 1;
        await loading;

        Assert.Equal([caller], patterns.Readers);
        MessagingEndpoint sender = host.AddSender("sender");
        Assert.Equal(SendStatus.Accepted, sender.Send("guest", [1, 2, 3]));
        await host.SettleAsync();
    }

    [Fact]
    public async Task AddComponentAsync_CancelledBefore_IsNotLoaded()
    {
        await using TestHost host = new();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            host.Host.AddComponentAsync("endless", Endless, NoTimeout, new CancellationToken(canceled: true))
        );

        Assert.Empty(host.Host.Components);
    }

    [Fact]
    public async Task AddComponentAsync_BadArguments_AreRefused()
    {
        await using TestHost host = new();
        host.AddSender("taken");

        await Assert.ThrowsAsync<ArgumentException>(() => Add("No Id", Endless));
        await Assert.ThrowsAsync<ArgumentException>(() => Add("taken", Endless));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Add("a", null!));

        Task<Component> Add(string id, ComponentSource source) =>
            host.Host.AddComponentAsync(id, source, cancellationToken: TestToken);
    }

    [Fact]
    public async Task AddComponentAsync_BadSource_IsTheTasksException()
    {
        await using TestHost host = new();

        Task<Component> adding = host.Host.AddComponentAsync(
            "bad",
            ComponentSource.FromText("(module)", "bad.wat"),
            cancellationToken: TestToken
        );

        ComponentLoadException error = await Assert.ThrowsAsync<ComponentLoadException>(() => adding);
        Assert.Contains("bad.wat", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplaceAsync_Loaded_TakesOver()
    {
        await using TestHost host = new(workers: 0);
        Component component = host.Add("guest", TestFiles.Basic);
        MessagingEndpoint client = host.AddSender();
        client.Send("guest", [1]);

        Component same = await host.Host.ReplaceAsync(
            "guest",
            ComponentSource.FromFile(TestFiles.PathOf(TestFiles.Rejecting)),
            cancellationToken: TestToken
        );
        client.Send("guest", [2]);
        await host.SettleAsync();

        Assert.Same(component, same);
        Assert.Equal((0, 2), (component.Statistics.Handled, component.Statistics.Rejected));
    }

    [Fact]
    public async Task ReplaceAsync_Cancelled_TheOldVersionGoesOn()
    {
        await using TestHost host = new(workers: 0);
        Component component = host.Add("guest", TestFiles.Basic);
        using CancellationTokenSource cancelled = new();
        Task replacing = component.ReplaceAsync(Endless, NoTimeout, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            replacing.WaitAsync(TestHost.Patience, TestToken)
        );
        host.AddSender().Send("guest", [1]);
        await host.SettleAsync();
        Assert.Equal(1, component.Statistics.Handled);
    }

    [Fact]
    public async Task AddTopologyAsync_Loaded_RegistersAll()
    {
        await using TestHost host = new();
        string file = TestFiles.PathOf(TestFiles.Basic).Replace("\\", "/", StringComparison.Ordinal);
        Topology topology = Topology.Parse(
            $$"""{ "components": [{ "id": "guest", "path": "{{file}}" }], "endpoints": ["client"] }""",
            AppContext.BaseDirectory
        );

        IReadOnlyDictionary<string, MessagingEndpoint> endpoints = await host.Host.AddTopologyAsync(
            topology,
            (_, _) => { },
            cancellationToken: TestToken
        );

        Assert.Equal("guest", Assert.Single(host.Host.Components).Id);
        Assert.Same(endpoints["client"], Assert.Single(host.Host.Endpoints));
        Assert.True(host.Host.TryGetEndpoint("client", out MessagingEndpoint? found));
        Assert.Same(endpoints["client"], found);
        Assert.True(host.Host.Remove("guest"));
        Assert.False(host.Host.TryGetComponent("guest", out _));
        Assert.False(host.Host.TryGetComponent("client", out _));
        Assert.False(host.Host.TryGetEndpoint("nobody", out _));
    }

    /// <summary>A host whose guests may use little more memory than one may by default.</summary>
    private static MessagingHost Narrow(IGuestOutput output) =>
        new(
            new()
            {
                Workers = 0,
                MemoryBytes = new LimitOptions().MemoryBytes + (3 << 20),
                GuestOutput = output,
            }
        );

    /// <summary>Whether one more guest has room, as it has unless another with the default limit is there, or being loaded.</summary>
    private static bool HasRoom(MessagingHost host)
    {
        try
        {
            host.AddComponent("probe", TestFiles.PathOf(TestFiles.Basic));
        }
        catch (ComponentLoadException)
        {
            return false;
        }

        host.Remove("probe");
        // It gives back its memory when it is done.
        host.Pump();
        return true;
    }

    private static async Task CancelWithinTheStartAsync(StartOutput output, Func<CancellationToken, Task> load)
    {
        using CancellationTokenSource cancelled = new();
        Task loading = load(cancelled.Token);
        await output.Begun.WaitAsync(TestHost.Patience, TestToken);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading.WaitAsync(TestHost.Patience, TestToken));
    }

    private static async Task AssertNothingIsLeftAsync(MessagingHost host)
    {
        await TestHost.UntilAsync(() => HasRoom(host), "the cancelled guest gives back its memory");
        Assert.Empty(host.Components);
    }

    /// <summary>A list that knows which threads have read it.</summary>
    private sealed class WatchedList : Collection<string>, ICollection<string>, IEnumerable<string>
    {
        private readonly ConcurrentDictionary<int, bool> _readers = [];

        public ICollection<int> Readers => _readers.Keys;

        void ICollection<string>.CopyTo(string[] array, int arrayIndex)
        {
            _readers[Environment.CurrentManagedThreadId] = true;
            CopyTo(array, arrayIndex);
        }

        IEnumerator<string> IEnumerable<string>.GetEnumerator()
        {
            _readers[Environment.CurrentManagedThreadId] = true;
            return GetEnumerator();
        }
    }

    /// <summary>Tells that a guest has started, and holds it there until it may go on.</summary>
    private sealed class StartOutput : IGuestOutput
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public ManualResetEventSlim GoOn { get; } = new();

        public void Write(string component, bool isError, ReadOnlySpan<byte> line)
        {
            _begun.TrySetResult();
            GoOn.Wait(TestHost.Patience);
        }
    }

    /// <summary>Stops the host at the first line.</summary>
    private sealed class StoppingLog : ILogger
    {
        public MessagingHost? Host { get; set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            MessagingHost? host = Host;
            Host = null;
            host?.Dispose();
        }
    }
}
