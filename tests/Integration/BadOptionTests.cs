using Xunit;

namespace FireAndForget.Tests;

/// <summary>What an option out of its range gets, by name and value; and what becomes of options that are changed after they were given.</summary>
public class BadOptionTests
{
    public static TheoryData<string, Func<object>, string> BadOptions =>
        new()
        {
            {
                "Workers",
                () =>
                    new MessagingHostOptions { Workers = -1 },
                "-1"
            },
            {
                "Workers",
                () =>
                    new MessagingHostOptions { Workers = 1025 },
                "1025"
            },
            {
                "WorkerSpin",
                () =>
                    new MessagingHostOptions { WorkerSpin = TimeSpan.FromTicks(-1) },
                "-00:00:00.0000001"
            },
            {
                "StopTimeout",
                () =>
                    new MessagingHostOptions { StopTimeout = TimeSpan.FromDays(366) },
                "366"
            },
            {
                "Messages",
                () =>
                    new MailboxOptions { Messages = 0 },
                "0"
            },
            {
                "Messages",
                () =>
                    new MailboxOptions { Messages = (1 << 24) + 1 },
                "16777217"
            },
            {
                "Bytes",
                () =>
                    new MailboxOptions { Bytes = 0 },
                "0"
            },
            {
                "Bytes",
                () =>
                    new MailboxOptions { Bytes = (1 << 30) + 1 },
                "1073741825"
            },
            {
                "OverflowPolicy",
                () =>
                    new MailboxOptions { OverflowPolicy = (OverflowPolicy)7 },
                "7"
            },
            {
                "MaxMessageBytes",
                () =>
                    new ComponentOptions { MaxMessageBytes = -1 },
                "-1"
            },
            { "SendsTo", () => new ComponentOptions { SendsTo = ["a", "B"] }.Snapshot(), "'B'" },
            { "SendsTo", () => new ComponentOptions { SendsTo = ["a*b"] }.Snapshot(), "'a*b'" },
            { "ReceivesFrom", () => new ComponentOptions { ReceivesFrom = [""] }.Snapshot(), "''" },
            { "ReceivesFrom", () => new MessagingEndpointOptions { ReceivesFrom = [null!] }.Snapshot(), "null" },
            { "Codecs", () => new MessagingEndpointOptions { Codecs = ["cbor", "CBOR"] }.Snapshot(), "'CBOR'" },
            { "Codecs", () => new ComponentOptions { Codecs = [null!] }.Snapshot(), "null" },
            {
                "MessagesPerSecond",
                () => new ComponentOptions { Rate = new() { Burst = 2 } }.Snapshot(),
                "no MessagesPerSecond"
            },
            {
                "MessageTimeout",
                () =>
                    new LimitOptions { MessageTimeout = TimeSpan.FromDays(-1) },
                "-1"
            },
            {
                "LoadTimeout",
                () =>
                    new LimitOptions { LoadTimeout = TimeSpan.FromDays(366) },
                "366"
            },
            {
                "MemoryBytes",
                () =>
                    new LimitOptions { MemoryBytes = -1 },
                "-1"
            },
            {
                "TableElements",
                () =>
                    new LimitOptions { TableElements = 1L << 32 },
                "4294967296"
            },
            {
                "OpenFiles",
                () =>
                    new LimitOptions { OpenFiles = 65_537 },
                "65537"
            },
            {
                "OutputBytesPerSecond",
                () =>
                    new LimitOptions { OutputBytesPerSecond = -1 },
                "-1"
            },
            {
                "MessagesPerSecond",
                () =>
                    new RateOptions { MessagesPerSecond = 0 },
                "0"
            },
            {
                "MessagesPerSecond",
                () =>
                    new RateOptions { MessagesPerSecond = double.NaN },
                "NaN"
            },
            {
                "Burst",
                () =>
                    new RateOptions { MessagesPerSecond = 1, Burst = 0 },
                "0"
            },
            {
                "Messages",
                () =>
                    new QuotaOptions { Messages = -1 },
                "-1"
            },
            {
                "Bytes",
                () =>
                    new QuotaOptions { Bytes = -1 },
                "-1"
            },
            {
                "Window",
                () =>
                    new QuotaOptions { Window = TimeSpan.Zero },
                "00:00:00"
            },
            {
                "Max",
                () =>
                    new RestartOptions { Max = -1 },
                "-1"
            },
            {
                "Window",
                () =>
                    new RestartOptions { Window = TimeSpan.Zero },
                "00:00:00"
            },
            {
                "Pause",
                () =>
                    new RestartOptions { Pause = TimeSpan.FromDays(366) },
                "366"
            },
            { "code", () => new MessageCodec(1UL << 63), "9223372036854775808" },
        };

    [Theory]
    [MemberData(nameof(BadOptions), DisableDiscoveryEnumeration = true)]
    public void Option_OutOfRange_IsRefusedByNameAndValue(string name, Func<object> make, string value)
    {
        ArgumentException e = Assert.ThrowsAny<ArgumentException>(make);

        Assert.Equal(name, e.ParamName);
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
        Assert.Contains(value, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Option_Null_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => new ComponentOptions { Mailbox = null! });
        Assert.Throws<ArgumentNullException>(() => new ComponentOptions { Limits = null! });
        Assert.Throws<ArgumentNullException>(() => new ComponentOptions { Restart = null! });
        Assert.Throws<ArgumentNullException>(() => new ComponentOptions { Quota = null! });
        Assert.Throws<ArgumentNullException>(() => new MessagingHostOptions { TimeProvider = null! });
    }

    [Fact]
    public async Task Option_ListChangedAfterwards_ChangesNothing()
    {
        ComponentOptions options = new() { SendsTo = ["nobody"] };
        await using TestHost host = new();
        Component echo = host.Add("echo", TestFiles.Echo, options);
        options.SendsTo[0] = "*";
        options.ReceivesFrom = [];

        host.AddInbox("client", out _).Send("echo", [0]);
        await host.SettleAsync();

        Assert.Equal(1, echo.SendsRefused);
    }

    [Fact]
    public async Task Option_LargestMemory_Loads()
    {
        await using TestHost host = new();
        ComponentOptions options = new()
        {
            Limits = new() { MemoryBytes = long.MaxValue, TableElements = uint.MaxValue },
        };
        Component basic = host.Add("basic", TestFiles.Basic, options);

        host.AddSender().Send("basic", [1]);
        await host.SettleAsync();

        AccountingAssert.AssertEnded(basic.Statistics, handled: 1);
    }

    [Theory]
    [InlineData("(memory (export \"memory\") 600) (memory 1)")]
    [InlineData("(memory (export \"memory\") 1) (table 60000 funcref) (table 1 funcref)")]
    public async Task Option_LimitThatTheInitialSumKeeps_Loads(string parts)
    {
        await using TestHost host = new();
        string realloc = BadInputTests.Realloc[BadInputTests.Realloc.IndexOf("(func", StringComparison.Ordinal)..];
        Component component = host.AddText("uneven", $"(module {parts} {realloc} {BadInputTests.Handle})");

        host.AddSender().Send("uneven", [1]);
        await host.SettleAsync();

        AccountingAssert.AssertEnded(component.Statistics, handled: 1);
    }
}
