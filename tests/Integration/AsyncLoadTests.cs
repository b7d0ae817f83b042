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
}
