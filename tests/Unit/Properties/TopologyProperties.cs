using System.Text.Json;
using CsCheck;
using FireAndForget.Mailboxes;
using FireAndForget.Messages;
using FireAndForget.Tests.Topologies;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>Topologies that were written in any layout say what was written, and damaged ones are refused with their line.</summary>
public class TopologyProperties
{
    private static readonly Gen<string> AnyId = Gen.Char["ab09-_./"]
        .Array[0, 20]
        .Select(tail => "a" + new string(tail));

    private static readonly Gen<string[]> AnyPatterns = Gen.Select(
        AnyId,
        Gen.Bool,
        (id, star) => star ? id + "*" : id
    ).Array[0, 3];

    private static readonly Gen<ComponentOptions> AnyOptions =
        from sendsTo in AnyPatterns
        from receivesFrom in AnyPatterns
        from codecs in Gen.OneOf(Gen.OneOf(0x55UL, 0x51UL, 0x0201UL), Gen.ULong[0, Varint.MaxValue]).Array[0, 3]
        from most in Gen.Int[0, MailboxOptions.MaxBytes]
        from mailbox in Gen.Select(
            Gen.Int[1, MailboxOptions.MaxMessages],
            Gen.Int[1, MailboxOptions.MaxBytes],
            Gen.OneOf(OverflowPolicy.Refuse, OverflowPolicy.DropOldest)
        )
        from limits in Gen.Select(
            Gen.Int[0, 1_000_000],
            Gen.Int[0, 1_000_000],
            Gen.Long[0, long.MaxValue],
            Gen.Long[0, uint.MaxValue],
            Gen.Int[0, 65_536],
            Gen.Long[0, long.MaxValue]
        )
        from rate in Gen.Select(Gen.Bool, Gen.Int[1, 1_000_000], Gen.Int[1, 1_000_000_000])
        from quota in Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.Int[1, 1_000_000])
        from restart in Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 1_000_000], Gen.Int[0, 1_000_000])
        select new ComponentOptions
        {
            SendsTo = sendsTo,
            ReceivesFrom = receivesFrom,
            Codecs = [.. codecs.Select(code => new MessageCodec(code).ToString())],
            MaxMessageBytes = most,
            Mailbox = new()
            {
                Messages = mailbox.Item1,
                Bytes = mailbox.Item2,
                OverflowPolicy = mailbox.Item3,
            },
            Limits = new()
            {
                MessageTimeout = TimeSpan.FromMilliseconds(limits.Item1),
                LoadTimeout = TimeSpan.FromMilliseconds(limits.Item2),
                MemoryBytes = limits.Item3,
                TableElements = limits.Item4,
                OpenFiles = limits.Item5,
                OutputBytesPerSecond = limits.Item6,
            },
            Rate = rate.Item1 ? new() { MessagesPerSecond = rate.Item2 / 1000.0, Burst = rate.Item3 } : null,
            Quota = new()
            {
                Messages = quota.Item1,
                Bytes = quota.Item2,
                Window = TimeSpan.FromMilliseconds(quota.Item3),
            },
            Restart = new()
            {
                Max = restart.Item1,
                Window = TimeSpan.FromMilliseconds(restart.Item2),
                Pause = TimeSpan.FromMilliseconds(restart.Item3),
            },
        };

    [Fact]
    public void Parse_WhatWasWritten_SaysTheSame() =>
        Gen.Select(AnyOptions.Array[0, 3], Gen.Int[0, 2], Gen.Bool)
            .Sample(
                (options, endpoints, isIndented) =>
                {
                    string json = Write(options, endpoints, isIndented);

                    Topology topology = Topology.Parse(json, "folder");

                    Assert.Equal(Enumerable.Range(0, endpoints).Select(i => $"e{i}"), topology.Endpoints);
                    Assert.Equal(
                        Enumerable.Range(0, options.Length).Select(i => $"c{i}"),
                        topology.Components.Select(c => c.Id)
                    );
                    Assert.All(topology.Components, (c, i) => AssertSame(options[i], c.Options));
                },
                iter: PropertyRuns.Of(1000)
            );

    [Fact]
    public void Schema_WhatWasWritten_Holds() =>
        AnyOptions
            .Array[0, 3]
            .Sample(
                options => Assert.True(TopologySchemaTests.IsValid(Write(options, 1, isIndented: false))),
                iter: PropertyRuns.Of(100)
            );

    [Fact]
    public void Parse_CutOff_IsRefusedWithALineOfTheFile() =>
        Gen.Select(AnyOptions, Gen.Double[0, 1])
            .Sample(
                (options, part) =>
                {
                    string json = Write([options], 1, isIndented: true).TrimEnd();
                    string cut = json[..(int)(part * (json.Length - 1))];

                    TopologyException e = Assert.Throws<TopologyException>(() => Topology.Parse(cut, "folder"));

                    Assert.InRange(e.Line, 1, cut.Count(c => c == '\n') + 1);
                },
                iter: PropertyRuns.Of(1000)
            );

    private static void AssertSame(ComponentOptions expected, ComponentOptions actual)
    {
        Assert.Equal(expected.SendsTo, actual.SendsTo);
        Assert.Equal(expected.ReceivesFrom!, actual.ReceivesFrom!);
        Assert.Equal(expected.Codecs!, actual.Codecs!);
        Assert.Equal(expected.MaxMessageBytes, actual.MaxMessageBytes);
        Assert.Equivalent(expected.Mailbox, actual.Mailbox, strict: true);
        Assert.Equivalent(expected.Limits, actual.Limits, strict: true);
        Assert.Equivalent(expected.Rate, actual.Rate, strict: true);
        Assert.Equivalent(expected.Quota, actual.Quota, strict: true);
        Assert.Equivalent(expected.Restart, actual.Restart, strict: true);
    }

    private static string Write(ComponentOptions[] components, int endpoints, bool isIndented)
    {
        var topology = new
        {
            components = components.Select((c, i) => Properties(c, $"c{i}")),
            endpoints = Enumerable.Range(0, endpoints).Select(i => $"e{i}"),
        };
        return JsonSerializer.Serialize(topology, isIndented ? Indented : Plain);
    }

    private static readonly JsonSerializerOptions Plain = new();

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static Dictionary<string, object> Properties(ComponentOptions options, string id)
    {
        Dictionary<string, object> properties = new()
        {
            ["id"] = id,
            ["path"] = "guest.wasm",
            ["sends-to"] = options.SendsTo,
            ["receives-from"] = options.ReceivesFrom!,
            ["codecs"] = options.Codecs!.Select(c => ulong.TryParse(c, out ulong code) ? (object)code : c),
            ["max-message-bytes"] = options.MaxMessageBytes,
            ["mailbox"] = new Dictionary<string, object>
            {
                ["messages"] = options.Mailbox.Messages,
                ["bytes"] = options.Mailbox.Bytes,
                ["when-full"] = options.Mailbox.OverflowPolicy == OverflowPolicy.Refuse ? "refuse" : "drop-oldest",
            },
            ["limits"] = new Dictionary<string, object>
            {
                ["message-ms"] = options.Limits.MessageTimeout.TotalMilliseconds,
                ["load-ms"] = options.Limits.LoadTimeout.TotalMilliseconds,
                ["memory-bytes"] = options.Limits.MemoryBytes,
                ["table-elements"] = options.Limits.TableElements,
                ["open-files"] = options.Limits.OpenFiles,
                ["output-bytes-per-second"] = options.Limits.OutputBytesPerSecond,
            },
            ["quota"] = new Dictionary<string, object>
            {
                ["messages"] = options.Quota.Messages,
                ["bytes"] = options.Quota.Bytes,
                ["window-seconds"] = (decimal)options.Quota.Window.Ticks / TimeSpan.TicksPerSecond,
            },
            ["restart"] = new Dictionary<string, object>
            {
                ["max"] = options.Restart.Max,
                ["window-seconds"] = (decimal)options.Restart.Window.Ticks / TimeSpan.TicksPerSecond,
                ["pause-ms"] = options.Restart.Pause.TotalMilliseconds,
            },
        };
        if (options.Rate is { } rate)
        {
            properties["rate"] = new Dictionary<string, object>
            {
                ["messages-per-second"] = rate.MessagesPerSecond,
                ["burst"] = rate.Burst,
            };
        }

        return properties;
    }
}
