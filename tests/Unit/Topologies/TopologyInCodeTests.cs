using Xunit;

namespace FireAndForget.Tests.Topologies;

/// <summary>A topology that is built in code, without a file.</summary>
public class TopologyInCodeTests
{
    private static readonly ComponentSource Sink = ComponentSource.FromText(
        """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) i32.const 0))
        """
    );

    [Fact]
    public async Task AddTopology_BuiltInCode_RunsWithItsOptions()
    {
        Topology topology = new([new("sink", Sink, new() { MaxMessageBytes = 1 }), new("other", Sink)], ["client"]);
        await using MessagingHost host = new(new() { Workers = 0 });

        IReadOnlyDictionary<string, MessagingEndpoint> endpoints = host.AddTopology(topology, (_, _) => { });

        Assert.Equal(SendStatus.Accepted, endpoints["client"].Send("sink", [1]));
        Assert.Equal(SendStatus.PayloadTooLarge, endpoints["client"].Send("sink", [1, 2]));
        Assert.Equal(SendStatus.Accepted, endpoints["client"].Send("other", [1, 2]));
        Assert.Empty(topology.Warnings);
    }

    [Fact]
    public void Topology_OfLists_KeepsWhatTheyHadThen()
    {
        List<TopologyComponent> components = [new("sink", Sink)];
        List<string> endpoints = ["client"];
        Topology topology = new(components, endpoints);

        components.Clear();
        endpoints.Clear();

        Assert.Equal("sink", Assert.Single(topology.Components).Id);
        Assert.Equal(["client"], topology.Endpoints);
        Assert.Empty(new Topology([]).Endpoints);
    }

    [Fact]
    public void Topology_TwoPartsWithOneId_AreRefused()
    {
        ArgumentException components = Assert.Throws<ArgumentException>(() =>
            new Topology([new("a", Sink), new("a", Sink)])
        );
        ArgumentException both = Assert.Throws<ArgumentException>(() => new Topology([new("a", Sink)], ["b", "a"]));

        Assert.Equal("components", components.ParamName);
        Assert.Equal("endpoints", both.ParamName);
        Assert.Contains("'a' is the id of two parts", both.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Topology_WhatIsNoId_IsRefused()
    {
        ArgumentException component = Assert.Throws<ArgumentException>(() => new TopologyComponent("A", Sink));
        ArgumentException endpoint = Assert.Throws<ArgumentException>(() => new Topology([], [""]));

        Assert.Contains("'A' is not an id", component.Message, StringComparison.Ordinal);
        Assert.Contains("'' is not an id", endpoint.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Topology_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new Topology(null!));
        Assert.Throws<ArgumentNullException>(() => new Topology([null!]));
        Assert.Throws<ArgumentNullException>(() => new Topology([], [null!]));
        Assert.Throws<ArgumentNullException>(() => new TopologyComponent(null!, Sink));
        Assert.Throws<ArgumentNullException>(() => new TopologyComponent("a", null!));
    }

    /// <summary>Options may be changed until a host takes them, so it is the host that refuses them.</summary>
    [Fact]
    public async Task AddTopology_WrongOption_IsRefusedByTheHost()
    {
        Topology topology = new([new("sink", Sink)]);
        topology.Components[0].Options.SendsTo = ["Nobody"];
        await using MessagingHost host = new(new() { Workers = 0 });

        ArgumentException error = Assert.Throws<ArgumentException>(() => host.AddTopology(topology, (_, _) => { }));

        Assert.Contains("'Nobody' in SendsTo is not a pattern", error.Message, StringComparison.Ordinal);
    }
}
