using System.Collections.Concurrent;
using FireAndForget.Orleans;
using FireAndForget.Orleans.Table;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>How a silo that comes learns what the others host: it asks each of them once, and is told in parts.</summary>
public sealed class MeetingTests
{
    [Fact]
    public async Task Start_OthersHostManyIds_EachIsToldOnceInParts()
    {
        Told told = new();
        await using TestCluster cluster = await TestCluster.StartAsync(
            1,
            options => options.TablePartCharacters = 100,
            configureSilo: silo => silo.AddIncomingGrainCallFilter(told)
        );
        string[] ids = [.. Enumerable.Range(0, 40).Select(i => $"endpoint-{i}")];
        foreach (string id in ids)
        {
            await cluster[0].AddEndpointAsync(id);
        }

        await cluster.AddAsync();
        Assert.All(ids, id => Assert.Equal(cluster[0].Silo, cluster[1].FindHost(id)));
        await cluster.AddAsync();
        Assert.All(ids, id => Assert.Equal(cluster[0].Silo, cluster[2].FindHost(id)));

        // Those that were there ask too, when they notice who came. The second one would have asked the first one again before the third.
        await TestCluster.UntilAsync(() => told.Askers.Distinct().Count() == 6);
        Assert.Equal(2 * ids.Length, told.Ids.Count);
        Assert.All(told.Ids.GroupBy(id => id), id => Assert.Equal(2, id.Count()));
        Assert.InRange(told.Parts, 10, int.MaxValue);
    }

    /// <summary>An id that is new when the part with its place has been told already is told by itself.</summary>
    [Fact]
    public async Task Start_IdsAreAddedBetweenParts_NoneIsMissed()
    {
        IMessagingCluster? first = null;
        Told told = new()
        {
            WhenTold = async part =>
            {
                if (first is not null && part < 5)
                {
                    await first.AddEndpointAsync($"a-{part}");
                    await first.AddEndpointAsync($"z-{part}");
                }
            },
        };
        await using TestCluster cluster = await TestCluster.StartAsync(
            1,
            options => options.TablePartCharacters = 1,
            configureSilo: silo => silo.AddIncomingGrainCallFilter(told)
        );
        first = cluster[0];
        await first.AddEndpointAsync("m-1");
        await first.AddEndpointAsync("m-2");

        await cluster.AddAsync();

        Assert.All(
            (string[])["m-1", "m-2", "a-1", "a-2", "a-3", "a-4", "z-1", "z-2", "z-3", "z-4"],
            id => Assert.Equal(first.Silo, cluster[1].FindHost(id))
        );
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public async Task Start_OfANeighbouringVersion_BothKnowWhatTheOtherHosts(int before, int after)
    {
        int version = before;
        await using TestCluster cluster = await TestCluster.StartAsync(1, options => options.ProtocolVersion = version);
        await cluster[0].AddEndpointAsync("first");
        version = after;

        await cluster.AddAsync();
        await cluster[1].AddEndpointAsync("second");

        Assert.Equal(cluster[0].Silo, cluster[1].FindHost("first"));
        Assert.Equal(cluster[1].Silo, cluster[0].FindHost("second"));
    }

    /// <summary>A silo that is broken tells parts without end, and the one that asks it starts all the same.</summary>
    [Fact]
    public async Task Start_ASiloTellsTheSamePartAgain_ItIsAskedNoMore()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(
            1,
            options => options.TablePartCharacters = 1,
            configureSilo: silo => silo.AddIncomingGrainCallFilter(new Repeated())
        );
        await cluster[0].AddEndpointAsync("a");
        await cluster[0].AddEndpointAsync("b");

        await cluster.AddAsync();

        Assert.Equal(cluster[0].Silo, cluster[1].FindHost("a"));
        Assert.Null(cluster[1].FindHost("b"));
    }

    [Fact]
    public void Of_EntryThatIsLargerThanAPart_IsAPartByItself()
    {
        TableEntry[] hosted = [Entry("c", ""), Entry("b", new string('x', 100)), Entry("a", "")];

        TablePart first = TablePart.Of(hosted, "", mostCharacters: 10);
        TablePart second = TablePart.Of(hosted, "a", mostCharacters: 10);
        TablePart third = TablePart.Of(hosted, "b", mostCharacters: 10);

        Assert.Equal(["a"], first.Entries.Select(entry => entry.Id));
        Assert.Equal(["b"], second.Entries.Select(entry => entry.Id));
        Assert.Equal(["c"], third.Entries.Select(entry => entry.Id));
        Assert.Equal((false, false, true), (first.IsLast, second.IsLast, third.IsLast));
        Assert.True(TablePart.Of(hosted, "c", mostCharacters: 10) is { Entries: [], IsLast: true });
    }

    [Fact]
    public void FindProblem_PartsThatLeadNowhere_AreNamed()
    {
        Assert.Null(new TablePart { IsLast = true }.FindProblem("a"));
        Assert.Null(new TablePart { Entries = [Entry("b", ""), Entry("c", "")] }.FindProblem("a"));
        foreach (
            TablePart part in (TablePart[])
                [
                    new(),
                    new() { Entries = null! },
                    new() { Entries = [Entry("a", "")] },
                    new() { Entries = [Entry("c", ""), Entry("b", "")] },
                    new() { Entries = [Entry("b", ""), null!] },
                    new() { Entries = [Entry(null!, "")] },
                ]
        )
        {
            Assert.NotNull(part.FindProblem("a"));
        }
    }

    private static TableEntry Entry(string id, string options) => new() { Id = id, Options = options };

    /// <summary>Notes what silos tell to those that ask.</summary>
    private sealed class Told : IIncomingGrainCallFilter
    {
        private int _parts;

        public ConcurrentQueue<string> Ids { get; } = new();

        /// <summary>Who asked whom.</summary>
        public ConcurrentQueue<(object?, GrainId)> Askers { get; } = new();

        public int Parts => Volatile.Read(ref _parts);

        /// <summary>What happens between a part and its arrival; it is given how many parts there were.</summary>
        public Func<int, Task> WhenTold { get; init; } = _ => Task.CompletedTask;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            switch (context.Result)
            {
                case TablePart part:
                    Array.ForEach(part.Entries, entry => Ids.Enqueue(entry.Id));
                    Askers.Enqueue((context.Request.GetArgument(0), context.TargetId));
                    await WhenTold(Interlocked.Increment(ref _parts));
                    break;
                case TableEntry[] all:
                    Array.ForEach(all, entry => Ids.Enqueue(entry.Id));
                    break;
            }
        }
    }

    /// <summary>Tells the first part for each one.</summary>
    private sealed class Repeated : IIncomingGrainCallFilter
    {
        private TablePart? _first;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (context.Result is TablePart { Entries.Length: > 0 } part)
            {
                context.Result = _first ??= part;
            }
        }
    }
}
