using FireAndForget.Tests;
using Xunit;

// Not below FireAndForget.Tests, whose own TestHost is another.
namespace FireAndForget.Testing.Tests;

/// <summary>The test kit: what it delivers, what it says of each message, and how it fails.</summary>
public sealed class TestHostTests : IAsyncDisposable
{
    private const string Traps = """
        (module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
          (func (export "handle-message") (param i32 i32 i32 i32) (result i32) unreachable))
        """;

    private readonly TestHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Send_MirrorWithTwoEndpoints_GivesOutcomeAndAnswer()
    {
        _host.AddComponent("mirror", Mirror, new() { SendsTo = ["client"] });
        RecordingEndpoint client = _host.AddEndpoint("client");

        SendResult result = await client.SendAsync("mirror", "hello");

        result.AssertHandled();
        Assert.Equal((SendStatus.Accepted, Outcome.Handled, ""), (result.Status, result.Outcome, result.Reason));
        RecordedMessage answer = client.AssertReceived("olleh", "mirror");
        Assert.Equal(("mirror", "olleh"), (answer.Sender, answer.Text));
        client.AssertReceivedNothing();
        _host.AssertNothingFailed();
        _host.AssertRestarted("mirror", 0);
        _host.AssertMetric("messaging.client.sent.messages", 1, ("messaging.destination.name", "mirror"));
    }

    [Fact]
    public async Task Send_EachKindOfEnd_IsTold()
    {
        _host.AddComponent("echo", TestFiles.PathOf(TestFiles.Echo), new() { SendsTo = ["test"] });
        _host.AddComponent("trap", ComponentSource.FromText(Traps), new() { Restart = new() { Max = 1 } });
        _host.AddEndpoint("throws", handler: _ => throw new InvalidOperationException("no"));

        (await _host.SendAsync("echo", new byte[] { 0 })).AssertHandled();
        (await _host.SendAsync("echo", new byte[] { 7 })).AssertOutcome(Outcome.Rejected, "7");
        (await _host.SendAsync("nobody", "")).AssertRefused(SendStatus.TargetNotFound);
        (await _host.SendAsync("trap", "a")).AssertOutcome(Outcome.Trapped, "unreachable");
        _host.AssertRestarted("trap");
        (await _host.SendAsync("trap", "b")).AssertOutcome(Outcome.Trapped);
        _host.AssertStopped("trap", "no restart is left");
        (await _host.SendAsync("trap", "c")).AssertRefused(SendStatus.Closed);
        (await _host.SendAsync("throws", "d")).AssertOutcome(Outcome.Trapped, "no");
        _host.AssertDeadLetter("throws", Outcome.Trapped);
        _host.AssertRefused("test", "nobody", SendStatus.TargetNotFound);
        Assert.Equal(2, _host.Endpoint.Received.Count);
    }

    [Fact]
    public async Task Advance_ComponentThatPausesBeforeItsRestart_GoesOnThen()
    {
        _host.AddComponent(
            "trap",
            ComponentSource.FromText(Traps),
            new() { Restart = new() { Pause = TimeSpan.FromSeconds(10) } }
        );
        (await _host.SendAsync("trap", "a")).AssertOutcome(Outcome.Trapped);

        SendResult waits = await _host.SendAsync("trap", "b");

        Assert.Equal((SendStatus.Accepted, null), (waits.Status, waits.Outcome));
        Assert.Equal("still waiting", waits.ToString());
        _host.AssertRestarted("trap", 0);
        await _host.AdvanceAsync(TimeSpan.FromSeconds(20));
        _host.AssertRestarted("trap", 1);
        Assert.Equal(2, _host.Events.OfType<DeadLetter>().Count());
    }

    [Fact]
    public async Task Snapshot_OfARun_IsWhatHappenedInOrder()
    {
        _host.AddComponent("mirror", Mirror, new() { SendsTo = ["client"] });
        _host.AddEndpoint("client");

        await _host.SendAsync("mirror", "for the test");
        await _host.SendAsync("mirror", new byte[] { 1, 0, 255 });
        await _host.AdvanceAsync(TimeSpan.FromSeconds(1.5));

        Assert.Equal(
            """
            test -> mirror: "for the test"
            mirror -> test: refused, CapabilityDenied
            mirror did not handle a message from test, Rejected: handle-message returned an error
            test -> mirror: 0x0100FF
            mirror -> test: refused, CapabilityDenied
            mirror did not handle a message from test, Rejected: handle-message returned an error
            1.5 s pass

            """.ReplaceLineEndings("\n"),
            _host.Snapshot
        );
    }

    [Fact]
    public async Task Received_SentAndPublished_HasItsTopicAndNumber()
    {
        RecordingEndpoint client = _host.AddEndpoint("client", options: new() { SubscribesTo = ["news/*"] });
        await _host.SendAsync("client", "0:0");
        _host.Endpoint.Endpoint.Publish("news/sport", "1:0"u8);
        await _host.DeliverAsync();

        Assert.Equal<(string?, string)>(
            [(null, "0:0"), ("news/sport", "1:0")],
            client.Received.Select(message => (message.Topic, message.Text))
        );
        Assert.InRange(client.Received[0].Number, 1, client.Received[1].Number - 1);
        Assert.EndsWith(
            "client gets a message from test: \"0:0\"\nclient gets a message from test under news/sport: \"1:0\"\n",
            _host.Snapshot,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task AddEndpoint_WithAHandlerOfRequests_AnswersThemAndKeepsWhatItGets()
    {
        RecordingEndpoint prices = _host.AddEndpoint("prices", request => Answer.Of(request.Bytes[..2].ToArray()));

        Task<Reply> asked = _host
            .Endpoint.Endpoint.RequestAsync(
                "prices",
                "apple"u8,
                TimeSpan.FromSeconds(5),
                TestContext.Current.CancellationToken
            )
            .AsTask();
        await _host.DeliverAsync();
        (await _host.SendAsync("prices", "pear")).AssertHandled();

        Assert.Equal("ap"u8.ToArray(), (await asked).Bytes.ToArray());
        prices.AssertReceived("apple", "test");
        prices.AssertReceived("pear", "test");
        Assert.Contains("prices gets a request from test: \"apple\"", _host.Snapshot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assert_WhatDidNotHappen_FailsWithAllThatHappened()
    {
        _host.AddComponent("mirror", Mirror, new() { SendsTo = ["test"] });
        SendResult result = await _host.SendAsync("mirror", "hello");

        AssertFails(
            () => result.AssertOutcome(Outcome.Trapped),
            "test -> mirror: \"hello\" was to be Trapped, and was Handled."
        );
        AssertFails(
            () => result.AssertRefused(SendStatus.QueueFull),
            "was to be refused with QueueFull, and was Handled"
        );
        AssertFails(
            () => _host.Endpoint.AssertReceived("hello"),
            "test was to get \"hello\", and got one from mirror: \"olleh\"."
        );
        AssertFails(() => _host.Endpoint.AssertReceived("more"), "test was to get \"more\", and got nothing more.");
        AssertFails(() => _host.AssertStopped("mirror"), "mirror was to stop, and did not.");
        AssertFails(() => _host.AssertRestarted("mirror"), "mirror was to be restarted 1 times, and was 0 times.");
        AssertFails(() => _host.AssertWrote("mirror", "x"), "mirror was to write a line with 'x', and did not.");
        AssertFails(() => _host.AssertLogged("no such line"), "The host was to log a line with 'no such line'");
        AssertFails(
            () => _host.AssertRefused("a", "b", SendStatus.Closed),
            "A send of a to b was to be refused with Closed"
        );
        AssertFails(
            () => _host.AssertDeadLetter("a", Outcome.Lost, "x"),
            "A message to a was to be Lost with 'x' in its reason"
        );
        AssertFails(
            () => _host.AssertMetric("messaging.client.sent.messages", 2, ("messaging.destination.name", "mirror")),
            "was to be 2, and is 1."
        );
        Assert.Contains(
            "'none' is no instrument of the host; it has fire_and_forget.component.memory, ",
            Assert.Throws<ArgumentException>(() => _host.Metric("none")).Message,
            StringComparison.Ordinal
        );
        await _host.SendAsync("nobody", "");
        AssertFails(_host.AssertNothingFailed, "Nothing was to fail, and this did first: ");
    }

    [Fact]
    public async Task Wrote_LineOfAGuest_IsKeptAndGoesOnToTheOwnReceiver()
    {
        List<string> own = [];
        await using TestHost host = new(o => o.GuestOutput = new ListOutput(own));
        host.AddComponent("guest", TestFiles.PathOf(TestFiles.CMirrorLog));

        await host.SendAsync("guest", "hello");

        Assert.Equal("5 bytes from test", own[0]);
        host.AssertWrote("guest", "5 bytes");
        Assert.Contains("guest writes: 5 bytes from test\n", host.Snapshot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ComponentTest_ByItself_KeepsWhatItSends()
    {
        await using ComponentTest mirror = new(Mirror, new() { SendsTo = ["test", "audit"] });

        (await mirror.SendAsync("hello")).AssertHandled();

        mirror.AssertSent("test", "olleh");
        mirror.AssertSentNothing();
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => mirror.AssertSent("else", ""));
        Assert.StartsWith(
            "'else' is none of the endpoints of this test (test, audit); name it in SendsTo.",
            wrong.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ComponentLoadException>(() => new ComponentTest("none.wasm"));
    }

    private static string Mirror => TestFiles.PathOf(TestFiles.CMirror);

    private void AssertFails(Action assertion, string message)
    {
        string said = Assert.Throws<TestFailedException>(assertion).Message;
        Assert.Contains(message, said, StringComparison.Ordinal);
        Assert.EndsWith($"What happened before:\n{_host.Snapshot}", said, StringComparison.Ordinal);
    }

    private sealed class ListOutput(List<string> lines) : IGuestOutput
    {
        public void Write(string component, bool isError, ReadOnlySpan<byte> line) =>
            lines.Add(System.Text.Encoding.UTF8.GetString(line));
    }
}
