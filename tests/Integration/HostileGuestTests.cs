using FireAndForget.Mailboxes;
using FireAndForget.Tests.Diagnostics;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>
/// The guests in <c>Hostile</c>: each ends as its header says, takes nobody with it, and an innocent neighbour in the same host
/// works as before.
/// </summary>
public class HostileGuestTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(150);

    private static readonly ComponentOptions Options = new()
    {
        SendsTo = ["client", "sink", "hostile"],
        MaxMessageBytes = 1 << 20,
        Limits = new() { MessageTimeout = TimeSpan.FromSeconds(5), LoadTimeout = Budget },
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

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.Add("hostile", file, Options));

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

        ComponentLoadException e = Assert.Throws<ComponentLoadException>(() => host.Add(id, file, Options));

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

    [Theory]
    [InlineData(1000, 1024, 1024)]
    [InlineData(1001, 1024, 1024)]
    [InlineData(1002, 1024, 2)]
    [InlineData(1003, 1024, 1024)]
    [InlineData(1000, 16, 16)]
    [InlineData(1001, 2, 2)]
    public async Task MemoryGrow_UpToItsLimit_SaysHowMuchItGot(int length, int limit, int pages)
    {
        Assert.Equal(pages, await AnswerAsync("memory-grow.wat", length, new() { MemoryBytes = limit * 65536L }));
    }

    /// <summary>The limit is one of whole pages: a part of a page is none.</summary>
    [Fact]
    public async Task MemoryGrow_LimitWithinAPage_IsNotExceeded() =>
        Assert.Equal(4, await AnswerAsync("memory-grow.wat", 1000, new() { MemoryBytes = (5 * 65536) - 1 }));

    [Theory]
    [InlineData(1000, 100_000, 100_000)]
    [InlineData(1000, 5_000, 5_000)]
    [InlineData(1001, 100_000, 0)]
    public async Task TableGrow_UpToItsLimit_SaysHowMuchItGot(int length, int limit, int elements) =>
        Assert.Equal(elements, await AnswerAsync("table-grow.wat", length, new() { TableElements = limit }));

    [Fact]
    public async Task TwoMemoriesGrow_BothTogether_StayWithinTheLimit() =>
        Assert.InRange(await AnswerAsync("two-memories-grow.wat", 1000, new()), 2, 1024);

    /// <summary>
    /// The heap of objects has its part of the limit, as a second memory would: half of 16 MiB, of which the collector uses half. All
    /// 16 MiB were the heap's once, and the memory's too.
    /// </summary>
    [Theory]
    [InlineData("objects-without-end.wat", GuestRuntime.Direct)]
    [InlineData("objects-without-end-component.wat", GuestRuntime.Direct)]
    [InlineData("objects-without-end-component.wat", GuestRuntime.ComponentApi)]
    public async Task ObjectsWithoutEnd_BesideTheMemory_StayWithinTheLimit(string file, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        Component hostile = host.Add("hostile", file, new() { Limits = new() { MemoryBytes = 16 << 20 } });
        MessagingEndpoint client = host.AddSender();
        client.Send("hostile", new byte[1003]);
        client.Send("hostile", new byte[1006]);

        await host.SettleAsync();

        AccountingAssert.AssertEnded(hostile.Statistics, handled: 1, trapped: 1);
    }

    [Theory]
    [InlineData(1000, -1)]
    [InlineData(1001, int.MinValue)]
    [InlineData(1002, int.MaxValue)]
    [InlineData(1003, 256)]
    public async Task ResultExtremes_RejectedWithTheNumber(int length, int answer) =>
        Assert.Equal(answer, await AnswerAsync("result-extremes.wat", length, new()));

    [Theory]
    [InlineData("h", 2000, 1)]
    [InlineData("h", 2001, 1001)]
    [InlineData("h", 2002, 1001)]
    [InlineData("hostile", 2000, 7)]
    [InlineData("hostile", 2001, 7)]
    [InlineData("hostile", 2002, 1007)]
    public async Task SelfId_OnlyWrittenWhereItFits(string id, int length, int answer) =>
        Assert.Equal(answer, await AnswerAsync("self-id-arguments.wat", length, new(), id));

    [Theory]
    [InlineData("self-id-in-start.wat", GuestRuntime.Direct)]
    [InlineData("self-id-in-start-component.wat", GuestRuntime.Direct)]
    [InlineData("self-id-in-start-component.wat", GuestRuntime.ComponentApi)]
    public async Task SelfIdInStart_Answers_WithItsId(string file, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        host.Add("hostile", file, Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("hostile", [1]);

        await host.SettleAsync();

        Assert.Equal("hostile"u8.ToArray(), Assert.Single(inbox.Received).Bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task ReallocGrowsMemory_EveryEchoIsIntact_UntilTheLimit(int workers)
    {
        await using TestHost host = new(workers);
        InnocentNeighbour neighbour = new(host);
        ComponentOptions options = Options.With(o =>
        {
            o.Limits = new() { MessageTimeout = TimeSpan.Zero };
            o.Mailbox = new() { Bytes = 1 << 26 };
        });
        Component hostile = host.Add("hostile", "realloc-grows-memory.wat", options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[][] messages = [.. Enumerable.Range(0, 512).Select(i => Payload.Bytes(i * 127 % 65_537, i))];

        Assert.All(messages, m => Assert.Equal(SendStatus.Accepted, client.Send("hostile", m)));
        await host.SettleAsync();

        AccountingAssert.AssertEnded(hostile.Statistics, handled: 511, trapped: 1);
        Payload.AssertSame(messages[..511], inbox);
        await neighbour.AssertWorksAsync();
    }

    [Theory]
    [InlineData("0301", 4, 0)]
    [InlineData("0302", 15, 0)]
    [InlineData("0003", 1, 0)]
    public async Task SelfSend_WhereItIsAllowed_MultipliesAsItSays(string message, int handled, int refused)
    {
        await using TestHost host = new();
        Component hostile = host.Add("hostile", "self-send.wat", Options);
        host.AddSender().Send("hostile", Convert.FromHexString(message));

        await host.SettleAsync();

        AccountingAssert.AssertEnded(hostile.Statistics, handled: handled);
        Assert.Equal(refused, hostile.SendsRefused);
    }

    [Theory]
    [InlineData("FF01", 1)]
    [InlineData("FF02", 1)]
    [InlineData("FF02", 2)]
    public async Task SelfSend_WithoutEnd_OthersGoOnBesideIt(string message, int workers)
    {
        await using TestHost host = new(workers, stopTime: TimeSpan.Zero, listens: false);
        host.Add("hostile", "self-send.wat", Options);
        host.Add("mirror", TestFiles.CMirror, new() { SendsTo = ["friend"] });
        MessagingEndpoint friend = host.AddInbox("friend", out Inbox inbox);
        friend.Send("hostile", Convert.FromHexString(message));

        for (int i = 1; i <= 20; i++)
        {
            Assert.Equal(SendStatus.Accepted, friend.Send("mirror", [1, 2, 3]));
            await TestHost.UntilAsync(() => inbox.Count == i, $"answer {i} comes");
        }
    }

    [Theory]
    [InlineData("send-storm.wat", GuestRuntime.Direct)]
    [InlineData("send-storm-component.wat", GuestRuntime.Direct)]
    [InlineData("send-storm-component.wat", GuestRuntime.ComponentApi)]
    public async Task SendStorm_IntoASmallMailbox_EverySendIsAnsweredAndCounted(string file, GuestRuntime runtime)
    {
        await using TestHost host = new(workers: 0, listens: false, runtime: runtime);
        InnocentNeighbour neighbour = new(host);
        Component storm = host.Add(
            "hostile",
            file,
            Options.With(o => o.Limits = new() { MessageTimeout = TimeSpan.Zero })
        );
        Inbox inbox = new();
        MessagingEndpoint sink = host.Host.AddEndpoint(
            "sink",
            inbox.Handle,
            new() { Mailbox = new() { Messages = 100 } }
        );
        sink.Send("hostile", "sink"u8);

        HostStatistics statistics = await host.SettleAsync();

        AccountingAssert.AssertEnded(storm.Statistics, rejected: 1);
        Assert.Equal(99_900, storm.SendsRefused);
        Assert.Equal(100_001 + 2, statistics.Sent);
        Assert.Equal(Enumerable.Range(0, 100), inbox.Received.Select(r => BitConverter.ToInt32(r.Bytes)));
        await neighbour.AssertWorksAsync();
    }

    [Theory]
    [InlineData("send-storm.wat", "nobody", "handle-message returned 100000")]
    [InlineData("send-storm.wat", "", "handle-message returned 100000")]
    [InlineData("send-storm.wat", "No Id", "handle-message returned 100000")]
    [InlineData("send-storm-component.wat", "", "handle-message returned an error")]
    public async Task SendStorm_ToNobody_IsRefusedThroughout(string file, string target, string reason)
    {
        await using TestHost host = new();
        Component storm = host.Add(
            "hostile",
            file,
            Options.With(o =>
            {
                o.SendsTo = ["*"];
                o.Limits = new() { MessageTimeout = TimeSpan.Zero };
            })
        );
        host.AddSender().Send("hostile", System.Text.Encoding.UTF8.GetBytes(target));

        await host.SettleAsync();

        Assert.Equal(100_000, storm.SendsRefused);
        Assert.Equal(reason, Assert.Single(host.DeadLetters).Reason);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    public async Task SendOverlapping_WhatArrives_IsWhatWasThere(int length)
    {
        await using TestHost host = new();
        host.Add("hostile", "send-overlapping-component.wat", Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        byte[] message = Payload.Bytes(length);
        client.Send("hostile", message);

        await host.SettleAsync();

        byte[] expected = length switch
        {
            1000 => "client"u8.ToArray(),
            // The message lies right behind the sender's id.
            1001 => [.. "ent"u8, .. message[..^3]],
            _ => message,
        };
        Assert.Equal(expected, Assert.Single(inbox.Received).Bytes);
    }

    [Theory]
    [InlineData(7003)]
    [InlineData(7004)]
    public async Task WasiMisuse_FloodsTheLog_IsCut(int length)
    {
        ListLogger log = new();
        await using MessagingHost host = new(new() { Workers = 0, Logger = log });
        ComponentOptions options = Options.With(o =>
            o.Limits = new() { MessageTimeout = TimeSpan.FromSeconds(1), LoadTimeout = Budget }
        );
        host.AddComponent("hostile", TestFiles.PathOf("wasi-misuse-component.wat"), options);
        host.AddEndpoint("client").Send("hostile", new byte[length]);

        host.Pump();

        string[] written =
        [
            .. log.Lines.Select(line => line.Text).Where(text => text.Contains("hostile", StringComparison.Ordinal)),
        ];
        Assert.Contains(written, text => text.Contains("the rest is left out", StringComparison.Ordinal));
        Assert.InRange(written.Sum(text => (long)text.Length), 1, 4 * 65536);
    }

    [Theory]
    [InlineData(3000, GuestRuntime.Direct)]
    [InlineData(3001, GuestRuntime.Direct)]
    [InlineData(3002, GuestRuntime.Direct)]
    [InlineData(3000, GuestRuntime.ComponentApi)]
    [InlineData(3001, GuestRuntime.ComponentApi)]
    [InlineData(3002, GuestRuntime.ComponentApi)]
    public async Task SendArguments_NoRoomForTheAnswer_WhatWasSentStands(int length, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        Component hostile = host.Add("hostile", "send-arguments-component.wat", Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("hostile", Payload.Bytes(length));

        await host.SettleAsync();

        AccountingAssert.AssertEnded(hostile.Statistics, trapped: 1);
        Assert.Equal(Payload.Bytes(length), Assert.Single(inbox.Received).Bytes);
    }

    [Theory]
    [InlineData("send-arguments.wat", 2000, 0, GuestRuntime.Direct)]
    [InlineData("send-arguments.wat", 2001, 131_072, GuestRuntime.Direct)]
    [InlineData("send-arguments-component.wat", 2000, 0, GuestRuntime.Direct)]
    [InlineData("send-arguments-component.wat", 2001, 131_072, GuestRuntime.Direct)]
    [InlineData("send-arguments-component.wat", 2000, 0, GuestRuntime.ComponentApi)]
    [InlineData("send-arguments-component.wat", 2001, 131_072, GuestRuntime.ComponentApi)]
    public async Task SendArguments_AtTheEdge_AreSent(string file, int length, int sent, GuestRuntime runtime)
    {
        await using TestHost host = new(runtime: runtime);
        host.Add("hostile", file, Options);
        MessagingEndpoint client = host.AddInbox("client", out Inbox inbox);
        client.Send("hostile", new byte[length]);

        await host.SettleAsync();

        Assert.Equal(sent, Assert.Single(inbox.Received).Bytes.Length);
    }

    [Fact]
    public async Task SendAsHandleMessage_RefusedSend_IsRejectedWithItsAnswer()
    {
        await using TestHost host = new();
        host.Add("hostile", "send-as-handle-message.wat");
        host.AddInbox("client", out _).Send("hostile", [1]);

        await host.SettleAsync();

        Assert.Equal(
            $"handle-message returned {(int)SendStatus.CapabilityDenied}",
            Assert.Single(host.DeadLetters).Reason
        );
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

    /// <summary>The number with which a guest answers a message of this length; 0 where it handles it.</summary>
    private static async Task<int> AnswerAsync(string file, int length, LimitOptions limits, string id = "hostile")
    {
        await using TestHost host = new();
        InnocentNeighbour neighbour = new(host);
        Component component = host.Add(id, file, new() { Limits = limits });
        MessagingEndpoint client = host.AddSender();
        client.Send(id, new byte[length]);
        await host.SettleAsync();
        string? reason = host.DeadLetters.SingleOrDefault()?.Reason;
        await neighbour.AssertWorksAsync();

        // The instance stays usable.
        client.Send(id, new byte[5]);
        await host.SettleAsync();
        Assert.Equal(reason is null ? 2 : 1, component.Statistics.Handled);
        return reason is null ? 0 : int.Parse(reason.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
