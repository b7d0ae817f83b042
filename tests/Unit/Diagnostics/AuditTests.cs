using System.Reflection;
using System.Text;
using FireAndForget.Diagnostics;
using FireAndForget.Mailboxes;
using FireAndForget.Tests.Routing;
using FireAndForget.Wording;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>What a host writes into its log, and that nobody can flood it or forge its lines.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    /// <summary>Traps at a message of one byte or more; else handles it.</summary>
    private const string Trapping = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32)
            (if (local.get 3) (then unreachable))
            i32.const 0))
        """;

    private readonly ListLogger _log = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MessagingHost _host;
    private readonly MessagingEndpoint _client;

    public AuditTests()
    {
        _host = new(
            new()
            {
                Workers = 0,
                TimeProvider = _time,
                Logger = _log,
            }
        );
        _client = _host.AddEndpoint("client");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Lines_OfTheCode_AreThoseOfTheDocument()
    {
        IEnumerable<(string, string, string)> documented = ValidationDocument
            .TableUnder("## The log")
            .Select(row => (row[0], row[1], row[2]));

        IEnumerable<(string, string, string)> written = typeof(AuditLog)
            .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(method => (method.Name, Message: method.GetCustomAttribute<LoggerMessageAttribute>()!))
            .Select(line => ($"{line.Message.EventId}", line.Name, $"{line.Message.Level}"))
            .Order();

        Assert.Equal(documented, written);
    }

    [Fact]
    public void Send_Refused_IsLoggedWithItsSizesAndNotItsContent()
    {
        _host.AddEndpoint("target", _ => { }, new() { MaxMessageBytes = 3 });

        _client.Send("target", "secret"u8);

        LogLine line = Assert.Single(_log.Of(300));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Equal("client", line.Values["Sender"]);
        Assert.Equal("target", line.Values["Target"]);
        Assert.Equal(SendStatus.PayloadTooLarge, line.Values["Status"]);
        Assert.Equal(6, line.Values["Length"]);
        Assert.Contains("at most 3", line.Text, StringComparison.Ordinal);
        string secret = Convert.ToHexString("secret"u8);
        Assert.DoesNotContain("secret", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Send_Accepted_IsNotLogged()
    {
        _host.AddEndpoint("target", _ => { });
        int before = _log.Lines.Count;

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, _client.Send("target", [1]));
        }

        _host.Pump();
        Assert.Equal(before, _log.Lines.Count);
    }

    [Fact]
    public void Send_RefusedAllTheTime_ListsTheFirstAndSaysHowManyMore()
    {
        for (int i = 0; i < 1000; i++)
        {
            _client.Send("nobody", [1]);
        }

        Assert.Equal(LogGate.Listed, _log.Of(300).Count);
        Assert.Empty(_log.Of(301));

        _time.Advance(LogGate.Window);

        LogLine more = Assert.Single(_log.Of(301));
        Assert.Equal(1000L - LogGate.Listed, more.Values["Count"]);
        Assert.Equal("client", more.Values["Sender"]);
        Assert.Equal(SendStatus.TargetNotFound, more.Values["Status"]);
        Assert.Equal(1000, _client.CountRefused(SendStatus.TargetNotFound));
        Assert.Equal(0, _client.CountRefused(SendStatus.Closed));
        Assert.Equal(1000, _client.SendsRefused);
    }

    [Fact]
    public void Send_RefusedInTheNextWindow_IsListedAgain()
    {
        for (int i = 0; i <= LogGate.Listed; i++)
        {
            _client.Send("nobody", [1]);
        }

        _time.Advance(LogGate.Window - TimeSpan.FromTicks(1));
        _client.Send("nobody", [1]);
        Assert.Equal(LogGate.Listed, _log.Of(300).Count);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2L, Assert.Single(_log.Of(301)).Values["Count"]);
        _client.Send("nobody", [1]);
        Assert.Equal(LogGate.Listed + 1, _log.Of(300).Count);

        _time.Advance(10 * LogGate.Window);
        Assert.Single(_log.Of(301));
    }

    [Fact]
    public void DeadLetters_OfAReceiver_AreListedAtFirstAndThenCounted()
    {
        _host.AddComponent("guest", ComponentSource.FromText(Trapping), new() { Restart = new() { Max = 100 } });
        for (int i = 0; i < 12; i++)
        {
            _client.Send("guest", "secret"u8);
        }

        _host.Pump();

        Assert.Equal(LogGate.Listed, _log.Of(302).Count);
        LogLine line = _log.Of(302)[0];
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Equal(
            ("client", "guest", Outcome.Trapped, 6),
            (line.Values["Sender"], line.Values["Target"], line.Values["Outcome"], line.Values["Length"])
        );
        Assert.Contains("unreachable", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line.Text, StringComparison.Ordinal);
        _time.Advance(LogGate.Window);
        Assert.Equal(2L, Assert.Single(_log.Of(303)).Values["Count"]);
    }

    [Fact]
    public void DeadLetters_ThatWereEvicted_AreLoggedWithoutTheMailboxsLock()
    {
        MessagingEndpoint target = null!;
        target = _host.AddEndpoint(
            "target",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );
        bool isFree = false;
        // The statistics need the lock.
        _log.Writing = () => isFree = Task.Run(() => target.Statistics.Queued).Wait(TimeSpan.FromMinutes(2));
        _client.Send("target", [1]);

        _client.Send("target", [2]);

        Assert.Equal(Outcome.Evicted, Assert.Single(_log.Of(302)).Values["Outcome"]);
        Assert.True(isFree);
    }

    /// <summary>Its message may say what the guest sent: no line can be forged with it.</summary>
    [Fact]
    public void HandlerThrows_IsLoggedOnceWithItsStackAndNoControlCharacter()
    {
        _host.AddEndpoint("target", _ => ThrowOf("\u001b[31m\nfatal: no disk"));

        _client.Send("target", [1]);
        _host.Pump();

        LogLine line = Assert.Single(_log.Of(304));
        Assert.Empty(_log.Of(302));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Equal(("target", "client", 1), (line.Values["Endpoint"], line.Values["Sender"], line.Values["Length"]));
        Assert.Contains(nameof(ThrowOf), line.Text, StringComparison.Ordinal);
        Assert.Contains("InvalidDataException: \\u001b[31m\\u000afatal: no disk", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', line.Text);
    }

    /// <summary>Ids that come and go leave nothing behind, and what was left out of their lines is told before.</summary>
    [Fact]
    public void Removed_WhatWasLeftOutOfItsLinesIsTold()
    {
        MessagingEndpoint gone = _host.AddEndpoint("gone");
        for (int i = 0; i <= LogGate.Listed; i++)
        {
            gone.Send("nobody", [1]);
        }

        gone.Remove();
        _host.Pump();

        Assert.Equal(1L, Assert.Single(_log.Of(301)).Values["Count"]);
    }

    private static void ThrowOf(string text) => throw new InvalidDataException(text);

    /// <summary>One sender's flood hides neither another sender nor another reason.</summary>
    [Fact]
    public void Send_RefusedForAnotherReasonOrSender_IsListedBesideAFlood()
    {
        MessagingEndpoint other = _host.AddEndpoint("other");
        for (int i = 0; i < 1000; i++)
        {
            _client.Send($"nobody{i}", [1]);
        }

        _client.Send("client", [1]);
        other.Send("nobody", [1]);

        Assert.Contains(_log.Of(300), line => line.Values["Status"] is SendStatus.CapabilityDenied);
        Assert.Contains(_log.Of(300), line => line.Values["Sender"] is "other");
    }

    [Fact]
    public async Task Send_RefusedFromManyThreads_IsCountedExactly()
    {
        const int Threads = 4;
        const int Sends = 5000;

        await Task.WhenAll(
            Enumerable
                .Range(0, Threads)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        for (int i = 0; i < Sends; i++)
                        {
                            _client.Send("nobody", [1]);
                        }
                    })
                )
        );
        await _host.DisposeAsync();

        Assert.Equal(LogGate.Listed, _log.Of(300).Count);
        Assert.Equal((Threads * Sends) - LogGate.Listed, (long)Assert.Single(_log.Of(301)).Values["Count"]!);
        Assert.Equal(Threads * Sends, _client.CountRefused(SendStatus.TargetNotFound));
    }

    [Theory]
    [InlineData("a\nfaf: Component admin was loaded", "'a\\u000afaf: Component admin was loaded'")]
    [InlineData("\u001b[2J", "'\\u001b[2J'")]
    [InlineData("\u202Ekcul", "'\\u202ekcul'")]
    [InlineData("cl\u0456ent", "'cl\\u0456ent'")]
    public void Send_ToATextThatIsNoId_CannotForgeALine(string target, string shown)
    {
        _client.Send(target, [1]);

        LogLine line = Assert.Single(_log.Of(300));
        Assert.Equal(shown, line.Values["Target"]);
        Assert.DoesNotContain('\n', line.Text);
        Assert.All(line.Text, c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public void Send_ToAnOverlongText_IsCut()
    {
        _client.Send(new string('A', 1_000_000), [1]);

        Assert.InRange(Assert.Single(_log.Of(300)).Text.Length, 1, 400);
    }

    [Fact]
    public async Task Lines_OfEverythingElse_AreWrittenOnce()
    {
        Component component = _host.AddComponent(
            "guest",
            ComponentSource.FromText(Trapping, "gu\nest.wat"),
            new() { Restart = new() { Max = 1 } }
        );
        Assert.Throws<ComponentLoadException>(() =>
            _host.AddComponent("broken", ComponentSource.FromText("(modul", "broken.wat"))
        );
        _host.Grant("guest", Capability.SendsTo, "client");
        _host.Grant("guest", Capability.SendsTo, "client");
        _host.Revoke("guest", Capability.ReceivesFrom, "nobody");
        _host.Revoke("guest", Capability.SendsTo, "client");
        _client.Send("guest", [1]);
        _client.Send("guest", [1]);
        _host.Pump();
        Assert.True(component.IsStopped);
        _client.Remove();
        await _host.DisposeAsync();

        Assert.Equal(
            [102, 502, 503, 100, 101, 200, 201, 410, 302, 104, 410, 302, 105, 103, 106, 107],
            _log.Lines.Select(line => line.Id)
        );
        Assert.Equal("gu\\u000aest.wat", _log.Of(502)[0].Values["Source"]);
        Assert.Equal("gu\\u000aest.wat", _log.Of(100)[0].Values["Source"]);
        Assert.Contains("broken.wat", _log.Of(101)[0].Text, StringComparison.Ordinal);
        Assert.Equal("guest was granted SendsTo client.", _log.Of(200)[0].Text);
        Assert.Equal("guest was revoked SendsTo client.", _log.Of(201)[0].Text);
        Assert.Contains("no restart is left", _log.Of(105)[0].Text, StringComparison.Ordinal);
        Assert.Equal(2L, _log.Of(107)[0].Values["Accepted"]);
    }

    [Fact]
    public async Task Log_ThatThrows_HarmsNobody()
    {
        _log.Throws = true;

        Component component = _host.AddComponent("guest", ComponentSource.FromText(Trapping));
        Assert.Equal(SendStatus.TargetNotFound, _client.Send("nobody", [1]));
        Assert.Equal(SendStatus.Accepted, _client.Send("guest", [1]));
        _host.Pump();

        Assert.Equal(1, component.Statistics.Trapped);
        Assert.False(component.IsStopped);
        await _host.DisposeAsync();
    }

    [Fact]
    public void Log_ThatWantsErrorsOnly_GetsNoRefusal()
    {
        _log.Least = LogLevel.Error;

        _client.Send("nobody", [1]);

        Assert.Empty(_log.Of(300));
        Assert.Equal(1, _client.CountRefused(SendStatus.TargetNotFound));
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("a\r\nb\u001b[0m", "a\\u000d\\u000ab\\u001b[0m")]
    [InlineData("\u2028\u202E\u200B\uFEFF", "\\u2028\\u202e\\u200b\\ufeff")]
    [InlineData("größer 大 \U0001F600", "größer 大 \U0001F600")]
    public void Clean_TextOfOthers_IsOneHarmlessLine(string text, string clean) =>
        Assert.Equal(clean, LogText.Clean(text));

    [Fact]
    public void Clean_OverlongText_IsCut()
    {
        string clean = LogText.Clean(new StringBuilder().Append('\n', 100_000).ToString());

        Assert.InRange(clean.Length, 1000, 6100);
        Assert.EndsWith("...", clean, StringComparison.Ordinal);
    }
}
