using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Topologies;

/// <summary>A topology in a host: all of it, or nothing.</summary>
public sealed class AddTopologyTests : IDisposable
{
    private const string Echo = """
        (module
          (import "host-messaging" "send" (func $send (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (global $free (mut i32) (i32.const 1024))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (global.get $free)
            (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get 3)) (i32.const 7)) (i32.const -8))))
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (global.set $free (i32.const 1024))
            (call $send (local.get 0) (local.get 1) (local.get 2) (local.get 3))))
        """;

    private const string TrapsAtStart = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0)
          (func $start unreachable)
          (start $start))
        """;

    private readonly TopologyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddTopology_SeveralParts_ExchangeMessages()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        ConcurrentQueue<string> received = [];

        IReadOnlyDictionary<string, MessagingEndpoint> endpoints = host.AddTopology(
            Topologies("""{ "id": "echo", "path": "echo.wat", "sends-to": ["one", "two"] }"""),
            (endpoint, message) => received.Enqueue($"{endpoint}: {Encoding.UTF8.GetString(message.Bytes)}")
        );
        Assert.Equal(SendStatus.Accepted, endpoints["one"].Send("echo", "1"u8));
        Assert.Equal(SendStatus.Accepted, endpoints["two"].Send("echo", "2"u8));
        await host.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["one: 1", "two: 2"], received.Order());
    }

    /// <summary>Who may send to whom may go round in circles; the mailboxes' bounds are what holds a storm.</summary>
    [Fact]
    public async Task AddTopology_Circle_Loads()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        ConcurrentQueue<string> received = [];

        IReadOnlyDictionary<string, MessagingEndpoint> endpoints = host.AddTopology(
            Topologies(
                """{ "id": "a", "path": "echo.wat", "sends-to": ["b", "a", "one"] }""",
                """{ "id": "b", "path": "echo.wat", "sends-to": ["a", "b"] }"""
            ),
            (endpoint, message) => received.Enqueue($"{message.Sender} to {endpoint}")
        );
        endpoints["one"].Send("a", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a to one"], received);
    }

    [Fact]
    public async Task AddTopology_LinkThatPointsToItself_SaysSoAndRegistersNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege there.");
        await using MessagingHost host = new(new() { Workers = 0 });
        File.CreateSymbolicLink(_folder.PathOf("circle.wasm"), "circle.wasm");

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() =>
            host.AddTopology(
                Topologies("""{ "id": "a", "path": "echo.wat" }""", """{ "id": "b", "path": "circle.wasm" }"""),
                (_, _) => { }
            )
        );

        Assert.Contains("circle.wasm: the file cannot be read", error.Message, StringComparison.Ordinal);
        Assert.Equal(SendStatus.TargetNotFound, host.AddEndpoint("probe").Send("a", []));
    }

    [Theory]
    [InlineData("""{ "id": "bad", "path": "none.wasm" }""", "none.wasm: the file cannot be read")]
    [InlineData("""{ "id": "bad", "path": "topology.json" }""", "topology.json: It is no WebAssembly")]
    [InlineData("""{ "id": "bad", "path": "traps.wat" }""", "traps.wat: ")]
    [InlineData(
        """{ "id": "bad", "path": "echo.wat", "limits": { "memory-bytes": 1 } }""",
        "echo.wat: its memories start with 65536 bytes"
    )]
    public async Task AddTopology_OneThatCannotBeLoaded_RegistersNothing(string bad, string problem)
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        MessagingEndpoint probe = host.AddEndpoint("probe");
        string[] components =
        [
            """{ "id": "first", "path": "echo.wat" }""",
            bad,
            """{ "id": "last", "path": "echo.wat" }""",
        ];

        ComponentLoadException error = Assert.Throws<ComponentLoadException>(() =>
            host.AddTopology(Topologies(components), (_, _) => { })
        );

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.All(["first", "bad", "last", "one"], id => Assert.Equal(SendStatus.TargetNotFound, probe.Send(id, [])));
        // What was made for nothing is gone, and the ids are free.
        host.AddTopology(Topologies(components[0], components[2]), (_, _) => { });
        Assert.Equal(SendStatus.Accepted, probe.Send("first", []));
    }

    [Fact]
    public async Task AddTopology_TakenId_RegistersNothing()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        MessagingEndpoint probe = host.AddEndpoint("two");

        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            host.AddTopology(Topologies("""{ "id": "echo", "path": "echo.wat" }"""), (_, _) => { })
        );

        Assert.Contains("'two'", error.Message, StringComparison.Ordinal);
        Assert.Equal(SendStatus.TargetNotFound, probe.Send("echo", []));
        Assert.Equal(SendStatus.TargetNotFound, probe.Send("one", []));
    }

    [Fact]
    public async Task AddTopology_EndpointOptions_HoldForEachEndpoint()
    {
        await using MessagingHost host = new(new() { Workers = 0 });

        IReadOnlyDictionary<string, MessagingEndpoint> endpoints = host.AddTopology(
            Topologies(),
            (_, _) => { },
            new()
            {
                Mailbox = new() { Messages = 1 },
                MaxMessageBytes = 1,
            }
        );

        Assert.Equal(SendStatus.PayloadTooLarge, endpoints["one"].Send("two", [1, 2]));
        Assert.Equal(SendStatus.PayloadTooLarge, endpoints["two"].Send("one", [1, 2]));
    }

    /// <summary>A topology with these components and two endpoints.</summary>
    private Topology Topologies(params string[] components)
    {
        _folder.Write("echo.wat", Echo);
        _folder.Write("traps.wat", TrapsAtStart);
        string file = _folder.Write(
            "topology.json",
            $$"""{ "components": [{{string.Join(',', components)}}], "endpoints": ["one", "two"] }"""
        );
        return Topology.Load(file);
    }
}
