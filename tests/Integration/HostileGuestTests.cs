using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// The guests in <c>Hostile</c>: each ends as its header says, takes nobody with it, and an innocent neighbour in the same host
/// works as before.
/// </summary>
public class HostileGuestTests
{
    internal static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(150);

    /// <summary>
    /// What a hostile guest may do in these tests and those of its neighbours. Its budgets are generous: on a busy machine a guest that takes
    /// all its memory is slow, and must not end as one that never stops.
    /// </summary>
    internal static readonly ComponentOptions Options = new()
    {
        SendsTo = ["client", "sink", "hostile"],
        MaxMessageBytes = 1 << 20,
        Limits = new() { MessageTimeout = TimeSpan.FromMinutes(1), LoadTimeout = TimeSpan.FromMinutes(1) },
    };

    /// <summary>
    /// Each row of the table with and without workers, on each runtime. Every night all of them; with each commit everything that a
    /// guest does once, and its first misbehaviour in all ways.
    /// </summary>
    public static TheoryData<string, int, Outcome, int, GuestRuntime> Messages(bool ofTheNight)
    {
        TheoryData<string, int, Outcome, int, GuestRuntime> rows = [];
        foreach (Ending ending in HostileGuestTable.Endings)
        {
            foreach (string file in ending.Files)
            {
                foreach ((int index, int length) in ending.Lengths.Index())
                {
                    foreach (GuestRuntime runtime in RuntimesOf(file))
                    {
                        Outcome outcome =
                            runtime == GuestRuntime.ComponentApi
                                ? ending.OnTheComponentApi ?? ending.Outcome
                                : ending.Outcome;
                        foreach (int workers in new[] { 0, 1 })
                        {
                            bool isFew = index == 0 || (workers == 0 && runtime == GuestRuntime.Direct);
                            if (isFew != ofTheNight)
                            {
                                rows.Add(file, length, outcome, workers, runtime);
                            }
                        }
                    }
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Messages), false)]
    public Task Send_ToAHostileGuest_EndsAsItsHeaderSays(
        string file,
        int length,
        Outcome outcome,
        int workers,
        GuestRuntime runtime
    ) => AssertEndsAsItsHeaderSaysAsync(file, length, outcome, workers, runtime);

    [Theory]
    [Nightly]
    [MemberData(nameof(Messages), true)]
    public Task Send_ToAHostileGuestInEveryOtherWay_EndsAsItsHeaderSays(
        string file,
        int length,
        Outcome outcome,
        int workers,
        GuestRuntime runtime
    ) => AssertEndsAsItsHeaderSaysAsync(file, length, outcome, workers, runtime);

    private static async Task AssertEndsAsItsHeaderSaysAsync(
        string file,
        int length,
        Outcome outcome,
        int workers,
        GuestRuntime runtime
    )
    {
        // Not heard: what a guest sends without end is refused without end.
        await using TestHost host = new(workers, listens: false, runtime: runtime);
        InnocentNeighbour neighbour = new(host);
        ComponentOptions options =
            outcome == Outcome.TimedOut ? Options.With(o => o.Limits = new() { MessageTimeout = Budget }) : Options;
        Component hostile = host.Add("hostile", file, options);
        MessagingEndpoint client = host.Host.AddEndpoint("client", _ => { });
        long sentByTests = 0;

        Assert.Equal(SendStatus.Accepted, client.Send("hostile", new byte[length]));
        await host.SettleAsync();

        AssertEnded(hostile, outcome, ++sentByTests);
        if (!SendsWhereItTraps(file, length) && outcome == Outcome.Trapped)
        {
            Assert.Equal(0, client.Statistics.Accepted);
        }

        if (!AlwaysTraps(file) && file != "memory-grow-in-start.wat")
        {
            // The fresh instance, or the same one, takes the next.
            client.Send("hostile", new byte[5]);
            await host.SettleAsync();
            Assert.Equal(2, hostile.Statistics.Accepted);
            Assert.Equal(outcome == Outcome.Handled ? 2 : 1, hostile.Statistics.Handled);
        }

        await neighbour.AssertWorksAsync();
    }

    public static TheoryData<string, string[], GuestRuntime> Loads
    {
        get
        {
            TheoryData<string, string[], GuestRuntime> rows = [];
            foreach ((string file, string[] words) in HostileGuestTable.Unloadable)
            {
                foreach (GuestRuntime runtime in RuntimesOf(file))
                {
                    rows.Add(file, words, runtime);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Loads), DisableDiscoveryEnumeration = true)]
    public async Task Add_HostileGuest_FailsThereAndSaysWhy(string file, string[] words, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        InnocentNeighbour neighbour = new(host);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() =>
            host.Add("hostile", file, LoadOptions(string.Concat(words)))
        );

        Assert.StartsWith($"{TestFiles.PathOf(file)}: ", e.Message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, e.Message, StringComparison.Ordinal));
        Assert.Equal(SendStatus.TargetNotFound, client.Send("hostile", [1]));
        Assert.Equal(0, inbox.Count);
        await neighbour.AssertWorksAsync();
    }

    public static TheoryData<string, int, string> LoadsByLengthOfId => [.. HostileGuestTable.UnloadableById];

    [Theory]
    [MemberData(nameof(LoadsByLengthOfId))]
    public async Task Add_UnderAnIdThatMakesItHostile_FailsThereAndSaysWhy(string file, int length, string reason)
    {
        await using TestHost host = new();
        InnocentNeighbour neighbour = new(host);
        string id = new('h', length);

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.Add(id, file, LoadOptions(reason)));

        Assert.Contains("instantiated", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal(SendStatus.TargetNotFound, host.AddSender().Send(id, [1]));
        await neighbour.AssertWorksAsync();
    }

    /// <summary>The same files are loaded under an id that asks for no trouble: what fails above is what they say.</summary>
    [Theory]
    [InlineData("realloc-in-start-component.wat")]
    [InlineData("traps-in-start.wat")]
    [InlineData("traps-in-start-component.wat")]
    public async Task Add_UnderAnotherId_LoadsAndHandles(string file)
    {
        await using TestHost host = new();
        string id = new('h', HostileGuestTable.Traps.Count + 1);
        Component component = host.Add(id, file, Options);
        host.AddSender("a-sender").Send(id, new byte[20]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, handled: 1);
    }

    [Theory]
    [InlineData("memory-initial-too-large.wat", GuestRuntime.Direct)]
    [InlineData("memory-initial-too-large-component.wat", GuestRuntime.Direct)]
    [InlineData("memory-initial-too-large-component.wat", GuestRuntime.ComponentApi)]
    [InlineData("table-initial-too-large.wat", GuestRuntime.Direct)]
    [InlineData("two-memories-too-large.wat", GuestRuntime.Direct)]
    [InlineData("two-memories-too-large-component.wat", GuestRuntime.Direct)]
    [InlineData("two-memories-too-large-component.wat", GuestRuntime.ComponentApi)]
    [InlineData("two-tables-too-large.wat", GuestRuntime.Direct)]
    public async Task Add_GuestWithALargerLimit_LoadsAndHandles(string file, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        ComponentOptions options = new()
        {
            Limits = new() { MemoryBytes = 128 << 20, TableElements = 200_000 },
        };
        Component component = host.Add("large", file, options);
        host.AddSender().Send("large", [1]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, handled: 1);
    }

    [Fact]
    public void Tables_NameEveryHostileGuest()
    {
        string[] singles =
        [
            "memory-grow.wat",
            "realloc-grows-memory.wat",
            "self-send.wat",
            "send-storm.wat",
            "send-storm-component.wat",
            "table-grow.wat",
            "two-memories-grow.wat",
        ];
        IEnumerable<string> named = HostileGuestTable
            .Endings.SelectMany(ending => ending.Files)
            .Concat(Loads.Select(FileOf))
            .Concat(LoadsByLengthOfId.Select(FileOf))
            .Concat(singles);

        string folder = Path.GetDirectoryName(TestFiles.PathOf("any.wat"))!;
        Assert.Equal(Directory.GetFiles(folder).Select(Path.GetFileName).Order(), named.Distinct().Order());
    }

    [Fact]
    public async Task AlwaysTrapping_UntilItsRestartsAreUsedUp_Stops()
    {
        await using TestHost host = new();
        Component hostile = host.Add("hostile", "realloc-for-sender-out-of-bounds.wat");
        MessagingEndpoint client = host.AddSender();
        for (int i = 0; i < 10; i++)
        {
            client.Send("hostile", [1]);
            await host.SettleAsync();
        }

        AccountingAssert.AssertEnded(hostile.Statistics, trapped: 6);
        Assert.True(hostile.IsStopped);
        Assert.Equal(4, client.SendsRefused);
    }

    /// <summary>A small budget for what never ends.</summary>
    private static ComponentOptions LoadOptions(string reason) =>
        reason.Contains("budget", StringComparison.Ordinal)
            ? Options.With(o => o.Limits.LoadTimeout = Budget)
            : Options;

    /// <summary>Which runtimes can run it: a core module only one of them.</summary>
    private static GuestRuntime[] RuntimesOf(string file) =>
        file.EndsWith("-component.wat", StringComparison.Ordinal)
            ? [GuestRuntime.Direct, GuestRuntime.ComponentApi]
            : [GuestRuntime.Direct];

    private static string FileOf(ITheoryDataRow row) => (string)row.GetData()[0]!;

    private static bool AlwaysTraps(string file) =>
        file.StartsWith("realloc-for-sender", StringComparison.Ordinal)
        || file.StartsWith("send-as-realloc", StringComparison.Ordinal)
        || file.StartsWith("self-id-as-post-return", StringComparison.Ordinal);

    private static bool SendsWhereItTraps(string file, int length) =>
        file.StartsWith("send-arguments", StringComparison.Ordinal) && length >= 3000;

    private static void AssertEnded(Component component, Outcome outcome, long count)
    {
        AccountingAssert.AssertEnded(
            component.Statistics,
            handled: outcome == Outcome.Handled ? count : 0,
            rejected: outcome == Outcome.Rejected ? count : 0,
            trapped: outcome == Outcome.Trapped ? count : 0,
            timedOut: outcome == Outcome.TimedOut ? count : 0
        );
    }
}
