using Xunit;

namespace FireAndForget.Tests;

/// <summary>Guests of <c>Hostile</c> that take as much memory as they get, or answer and ask for what does not fit: they get their limit.</summary>
public class HostileGrowthTests
{
    private static readonly ComponentOptions Options = HostileGuestTests.Options;

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
