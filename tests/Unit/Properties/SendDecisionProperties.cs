using CsCheck;
using Xunit;

namespace FireAndForget.Tests.Properties;

/// <summary>
/// The whole decision about a send, by endpoints and by guests, over random participants and whatever happens to them,
/// against <see cref="SendModel"/>.
/// </summary>
public sealed class SendDecisionProperties
{
    private static readonly string[] Ids = ["a", "ab", "ab/c", "b", "b.1", "c_2/d-e"];

    private static readonly string[] OtherTargets =
    [
        "",
        "A",
        "a b",
        "-a",
        "/",
        "a*",
        "*",
        "a\0",
        "\u0430b", // Cyrillic
        "\uFF41", // a wide a
        "a\u0301",
        new('a', 128),
        new('a', 129),
        "nobody",
    ];

    private static readonly byte[][] Prefixes =
    [
        [],
        [0x50],
        [0x51],
        [ScriptedGuest.Command, ScriptedGuest.Nothing],
        [0x80, 0x04],
        [0x80],
        [0xD1, 0x00],
        [0xD1, 0x80, 0x00],
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    ];

    private static readonly ulong[] Codecs = [0x50, 0x51, ScriptedGuest.Command, 0x0200, 1UL << 56];

    private static readonly Gen<string> AnyId = Gen.OneOf(Ids);

    private static readonly Gen<string> AnyTarget = Gen.Frequency((4, AnyId), (1, Gen.OneOf(OtherTargets)));

    private static readonly Gen<string> AnyPattern = Gen.Select(
        AnyId,
        Gen.Int[0, 8],
        (id, cut) => cut > id.Length ? id : id[..cut] + "*"
    );

    private static readonly Gen<byte[]> AnyMessage = Gen.Select(
        Gen.OneOf(Prefixes),
        Gen.Byte.Array[0, 24],
        // Nothing by chance that a guest would take for a script.
        (prefix, rest) => prefix.Length == 0 && rest is [ScriptedGuest.Command, ..] ? [] : (byte[])[.. prefix, .. rest]
    );

    private static readonly Gen<MailboxOptions> AnyMailbox = Gen.Select(
        Gen.Frequency((3, Gen.Int[1, 4]), (1, Gen.Const(1000))),
        Gen.Frequency((2, Gen.Int[1, 60]), (3, Gen.Const(10_000))),
        Gen.Frequency((4, Gen.Const(OverflowPolicy.Refuse)), (1, Gen.Const(OverflowPolicy.DropOldest))),
        (messages, bytes, overflowPolicy) =>
            new MailboxOptions
            {
                Messages = messages,
                Bytes = bytes,
                OverflowPolicy = overflowPolicy,
            }
    );

    private static readonly Gen<QuotaOptions> AnyQuota = Gen.Select(
        Gen.Frequency((3, Gen.Const(0L)), (2, Gen.Long[1, 5])),
        Gen.Frequency((3, Gen.Const(0L)), (2, Gen.Long[1, 60])),
        Gen.Long[10_000, 30_000_000],
        (messages, bytes, ticks) =>
            new QuotaOptions
            {
                Messages = messages,
                Bytes = bytes,
                Window = TimeSpan.FromTicks(ticks),
            }
    );

    private static readonly Gen<TrialParticipant> AnyParticipant =
        from id in AnyId
        from isComponent in Gen.Bool
        from sendsTo in AnyPattern.Array[0, 4]
        from receivesFrom in Gen.Frequency(
            (1, Gen.Const((string[]?)null)),
            (1, Gen.Const((string[]?)["*"])),
            (2, AnyPattern.Array[0, 3].Select(p => (string[]?)p))
        )
        from codecs in Gen.Frequency(
            (3, Gen.Const((ulong[]?)null)),
            (4, Gen.OneOf(Codecs).Array[0, 3].Select(c => (ulong[]?)c))
        )
        from most in Gen.Frequency((1, Gen.Int[0, 30]), (2, Gen.Const(1000)))
        from mailbox in AnyMailbox
        from rate in Gen.Frequency((1, Gen.Const((decimal?)null)), (1, Gen.Int[1, 500].Select(n => (decimal?)n / 100)))
        from burst in Gen.Int[1, 3]
        from quota in AnyQuota
        from restarts in Gen.OneOf(0, 1000)
        select isComponent
            // The driver always reaches a guest, or it could never send.
            ? new TrialParticipant(
                id,
                true,
                sendsTo,
                receivesFrom is null ? null : [.. receivesFrom, SendTrial.Driver],
                codecs is null ? null : [.. codecs, ScriptedGuest.Command],
                most,
                mailbox,
                rate,
                burst,
                quota,
                restarts
            )
            : new TrialParticipant(id, false, [], receivesFrom, codecs, most, mailbox, null, 1, new(), 0);

    private static readonly Gen<Action<SendTrial>> AnyStep = Gen.Frequency(
        (
            8,
            Gen.Select(
                AnyId,
                AnyTarget,
                AnyMessage,
                Gen.Int[0, 2],
                (from, to, message, way) => (Action<SendTrial>)(t => t.SendFromEndpoint(from, to, message, way))
            )
        ),
        (
            8,
            Gen.Select(
                AnyId,
                Gen.Select(AnyTarget, AnyMessage).Array[1, 6],
                (from, sends) => (Action<SendTrial>)(t => t.SendFromGuest(from, sends))
            )
        ),
        (3, Gen.Long[1, 20_000_000].Select(ticks => (Action<SendTrial>)(t => t.Advance(ticks)))),
        (2, Gen.Const((Action<SendTrial>)(t => t.Pump()))),
        (
            2,
            Gen.Select(
                AnyId,
                Gen.OneOf(Capability.SendsTo, Capability.ReceivesFrom),
                AnyPattern,
                Gen.Bool,
                (id, capability, pattern, isGranted) =>
                    (Action<SendTrial>)(t => t.Change(id, capability, pattern, isGranted))
            )
        ),
        (1, AnyId.Select(id => (Action<SendTrial>)(t => t.Trap(id)))),
        (1, AnyId.Select(id => (Action<SendTrial>)(t => t.Remove(id)))),
        (1, AnyParticipant.Select(participant => (Action<SendTrial>)(t => t.Add(participant))))
    );

    /// <summary>Each run is a host with some participants and up to 300 steps, most of which send up to 6 messages.</summary>
    [Fact]
    public async Task Send_AnyParticipantsAndMessages_IsAnsweredAsByTheModel() =>
        await Gen.Select(AnyParticipant.Array[1, 8], AnyStep.Array[1, 300])
            .SampleAsync(
                async (participants, steps) =>
                {
                    await using SendTrial trial = new(participants);
                    Array.ForEach(steps, step => step(trial));
                    trial.Pump();
                    await trial.StopAsync();
                    trial.SendFromEndpoint(SendTrial.Driver, "nobody", [], 0);
                    trial.SendFromEndpoint(SendTrial.Driver, "No Id", [], 1);
                    trial.SendFromEndpoint(SendTrial.Driver, SendTrial.Driver, [], 2);
                },
                iter: PropertyRuns.Of(100)
            );
}
