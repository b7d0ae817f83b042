using FireAndForget.Guests.Compiling;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests.Compiling;

/// <summary>Components with the same file: read once, compiled once; several files at once.</summary>
public sealed class SharedCodeTests
{
    private readonly ListLogger _log = new();
    private int _reads;

    [Fact]
    public async Task AddTopology_HundredsWithOneSource_ReadsAndCompilesOnce()
    {
        ComponentSource source = ComponentSource.FromReader(
            () =>
            {
                Interlocked.Increment(ref _reads);
                return Binary(0);
            },
            "guest"
        );
        await using MessagingHost host = Host();

        IReadOnlyDictionary<string, MessagingEndpoint> endpoints = host.AddTopology(
            TopologyOf([.. Enumerable.Repeat(source, 300)]),
            (_, _) => { }
        );

        Assert.Equal(1, _reads);
        LogLine line = Assert.Single(_log.Of(CacheTrial.Compiling));
        Assert.Equal((0, 1), (line.Values["Loaded"], line.Values["Files"]));
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(SendStatus.Accepted, endpoints["client"].Send($"c{i}", [1]));
        }

        host.Pump();
        Assert.Equal(300, host.Statistics.Handled);
    }

    [Fact]
    public void Topology_ComponentsWithOnePath_HaveOneSource()
    {
        var topology = Topology.Parse(
            """
            { "components": [ { "id": "a", "path": "x.wasm" }, { "id": "b", "path": "x.wasm" }, { "id": "c", "path": "y.wasm" } ] }
            """,
            "folder"
        );

        Assert.Same(topology.Components[0].Source, topology.Components[1].Source);
        Assert.NotSame(topology.Components[0].Source, topology.Components[2].Source);
    }

    /// <summary>Each of two waits until the other is loaded too, which only ends where they are loaded at once.</summary>
    [Fact]
    public async Task AddTopology_SeveralFiles_LoadsThemAtOnce()
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "One processor loads one after the other.");
        using Barrier both = new(2);
        bool[] met = new bool[2];
        ComponentSource Source(int i) =>
            ComponentSource.FromReader(
                () =>
                {
                    met[i] = both.SignalAndWait(TimeSpan.FromMinutes(2));
                    return Binary(i);
                },
                $"guest {i}"
            );
        await using MessagingHost host = Host();

        host.AddTopology(TopologyOf(Source(0), Source(1)), (_, _) => { });

        Assert.Equal([true, true], met);
        Assert.Equal(2, _log.Of(CacheTrial.Compiling).Count);
    }

    /// <summary>Two files with the same content are read both, and compiled once.</summary>
    [Fact]
    public async Task AddTopology_SameContentFromSeveralSources_CompilesOnce()
    {
        await using MessagingHost host = Host();

        host.AddTopology(
            TopologyOf([.. Enumerable.Range(0, 8).Select(i => ComponentSource.FromBytes(Binary(0), $"guest {i}"))]),
            (_, _) => { }
        );

        Assert.Single(_log.Of(CacheTrial.Compiling));
    }

    /// <summary>What all components share goes with the last of them: it is compiled anew when it comes again.</summary>
    [Fact]
    public async Task Remove_LastComponentOfATopology_GivesItsCodeUp()
    {
        await using MessagingHost host = Host();
        host.AddTopology(TopologyOf(CacheTrial.Source(0), CacheTrial.Source(0)), (_, _) => { });

        host.Remove("c0");
        host.AddComponent("again", CacheTrial.Source(0));
        Assert.Single(_log.Of(CacheTrial.Compiling));

        host.Remove("again");
        host.Remove("c1");
        host.Pump();
        host.AddComponent("again", CacheTrial.Source(0));
        Assert.Equal(2, _log.Of(CacheTrial.Compiling).Count);
    }

    [Fact]
    public void Progress_WhileFilesAreCompiled_NamesThemAndCounts()
    {
        LoadProgress progress = new(audit: null);
        progress.Begin(3);
        Assert.Equal("", progress.Describe());

        progress.Compiling("/guests/a.wasm");
        progress.Compiling("b.wasm");
        progress.Compiled("/guests/a.wasm", TimeSpan.Zero);
        progress.End();
        Assert.Equal("compiling b.wasm; 1 of 3 files loaded", progress.Describe());

        progress.Compiling("c.wasm");
        Assert.Equal("compiling b.wasm, c.wasm; 1 of 3 files loaded", progress.Describe());

        progress.Compiled("b.wasm", TimeSpan.Zero);
        progress.Compiled("c.wasm", TimeSpan.Zero);
        progress.End();
        progress.End();
        progress.Begin(1);
        progress.Compiling("d.wasm");
        Assert.Equal("compiling d.wasm; 0 of 1 files loaded", progress.Describe());
    }

    private MessagingHost Host() => new(new() { Workers = 0, Logger = _log });

    private static byte[] Binary(int answer) => Wasmtime.Module.ConvertText(CacheTrial.Guest(answer));

    private static Topology TopologyOf(params ComponentSource[] sources) =>
        new(sources.Select((source, i) => new TopologyComponent($"c{i}", source)), ["client"]);
}
