using Xunit;

namespace FireAndForget.Tests;

/// <summary>Loads that are awaited and cancelled: nothing of them is left, and the version before goes on.</summary>
public sealed class AsyncLoadCancelTests
{
    private static readonly ComponentSource Endless = ComponentSource.FromText(GuestTexts.EndlessStart);

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
}
