using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Loads that are awaited: what they register, and what they refuse.</summary>
public class AsyncLoadTests
{
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

    /// <summary>It came within an AggregateException.</summary>
    [Fact]
    public async Task AddTopologyAsync_HostStopsMeanwhile_SaysThatItWasDisposedOf()
    {
        ListLogger log = new();
        await using MessagingHost host = new(new() { Workers = 0, Logger = log });
        log.Writing = () =>
        {
            log.Writing = () => { };
            host.Dispose();
        };
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
    public async Task AddComponentAsync_BadArguments_AreRefused()
    {
        await using TestHost host = new();
        host.AddSender("taken");
        var endless = ComponentSource.FromText(GuestTexts.EndlessStart);

        await Assert.ThrowsAsync<ArgumentException>(() => Add("No Id", endless));
        await Assert.ThrowsAsync<ArgumentException>(() => Add("taken", endless));
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
}
