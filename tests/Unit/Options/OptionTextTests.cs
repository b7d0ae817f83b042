using FireAndForget.Guests.Instances;
using FireAndForget.Mailboxes;
using Xunit;

namespace FireAndForget.Tests.Options;

/// <summary>Options, hosts and inspections in a line, as a person reads them.</summary>
public class OptionTextTests
{
    public static TheoryData<Type> Types => [.. OptionTree.AllTypes()];

    /// <summary>So that a new option is not forgotten.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void ToString_EveryOption_IsShown(Type type)
    {
        string text = Activator.CreateInstance(type)!.ToString()!;

        Assert.All(
            OptionTree.PropertiesOf(type).Select(p => p.Name),
            name => Assert.Contains($"{name} = ", text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void ToString_ComponentOptions_ShowsListsAndWhatStandsInside()
    {
        ComponentOptions options = new()
        {
            SendsTo = ["client", "log-*"],
            Codecs = ["cbor"],
            Rate = new() { MessagesPerSecond = 2.5, Burst = 3 },
            Wasi = new()
            {
                Environment = new Dictionary<string, string> { ["TOKEN"] = "secret" },
                Directories = [new() { Host = "data", Guest = "/data" }],
            },
        };

        string text = options.ToString();

        Assert.StartsWith(
            "SendsTo = [client, log-*], ReceivesFrom = [*], Codecs = [cbor], MaxMessageBytes = 1048576, "
                + "Mailbox = { Messages = 1024, Bytes = 1048576, OverflowPolicy = Refuse }, "
                + "Limits = { MessageTimeout = 00:00:01, ",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("Rate = { MessagesPerSecond = 2.5, Burst = 3 }", text, StringComparison.Ordinal);
        Assert.EndsWith(
            "Wasi = { Environment = [TOKEN], Arguments = [], "
                + "Directories = [{ Host = data, Guest = /data, Write = no }] }, "
                + "Placement = { Silo = any }, Delivery = AtMostOnce",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ToString_EndpointOptions_ShowsWhatDefaultsMean()
    {
        MessagingEndpointOptions options = new() { Mailbox = MailboxOptions.Unbounded };

        Assert.Equal(
            "ReceivesFrom = [*], Codecs = any, MaxMessageBytes = 1048576, Mailbox = { unbounded }, "
                + "MaxConcurrency = 1, HandlerTimeout = 00:00:00, OpenRequests = 1024",
            options.ToString()
        );
    }

    /// <summary>Options go into logs, and what is in them may come from files of others.</summary>
    [Fact]
    public void ToString_TextThatATerminalObeys_IsEscaped() =>
        Assert.StartsWith(
            @"SendsTo = [a\u001b[2J], ",
            new ComponentOptions { SendsTo = ["a\e[2J"] }.ToString(),
            StringComparison.Ordinal
        );

    [Fact]
    public void ToString_LongList_IsCutOff() =>
        Assert.StartsWith(
            "SendsTo = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, and 80 more], ",
            new ComponentOptions { SendsTo = [.. Enumerable.Range(1, 100).Select(i => $"{i}")] }.ToString(),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task ToString_Host_ShowsWhoIsThereAndWhatBecameOfTheirMessages()
    {
        await using MessagingHost host = new(new() { Workers = 0 });
        MessagingEndpoint client = host.AddEndpoint("client");
        host.AddEndpoint("b", _ => { });
        client.Send("b", [1]);

        Assert.Equal(
            "Components = [], Endpoints = [b, client], Statistics = { 1 sent, 1 accepted, 0 refused, 1 queued }",
            host.ToString()
        );
    }

    [Fact]
    public void ToString_Inspection_ShowsImportsAndExports()
    {
        var inspection = ComponentInspection.Of(
            ComponentSource.FromText("""(module (import "a" "b" (func)) (memory (export "memory") 1))""")
        );

        Assert.StartsWith(
            "IsComponent = no, Imports = [a.b], Exports = [memory], Receives = no, ",
            inspection.ToString(),
            StringComparison.Ordinal
        );
    }
}
