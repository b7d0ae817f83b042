using System.Collections.Concurrent;
using System.Text;
using FireAndForget.Orleans;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>Messages from one silo to another: statuses at once, outcomes, order, counts.</summary>
[Collection(nameof(TwoSilos))]
public sealed class MessageTests(TwoSilos silos) : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await silos.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Send_EndpointOfAnotherSilo_ArrivesInOrderAndIsCountedOnce()
    {
        const int Count = 20_000;
        long before = _cluster[1].Host.Statistics.Handled;
        ConcurrentQueue<int> got = new();
        MessagingEndpoint sender = await _cluster[0].AddEndpointAsync("sender");
        await _cluster[1].AddEndpointAsync("receiver", message => got.Enqueue(BitConverter.ToInt32(message.Bytes)));

        for (int i = 0; i < Count; i++)
        {
            SendStatus status = await sender.SendAsync(
                "receiver",
                BitConverter.GetBytes(i),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(SendStatus.Accepted, status);
        }

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal(Enumerable.Range(0, Count), got);
        Assert.Equal((Count, Count, 0), (sum.Accepted, sum.Handled, sum.Refused));
        // Each host by itself counts what passed it.
        Assert.Equal(before + Count, _cluster[1].Host.Statistics.Handled);
    }

    [Fact]
    public async Task Send_AnotherSilosReceiver_IsCheckedAtOnceAsOnOneHost()
    {
        MessagingEndpoint sender = await _cluster[0].AddEndpointAsync("sender");
        await _cluster[1].AddEndpointAsync("open", _ => { });
        await _cluster[1].AddEndpointAsync("narrow", _ => { }, new() { ReceivesFrom = ["somebody"] });
        await _cluster[1].AddEndpointAsync("small", _ => { }, new() { MaxMessageBytes = 2 });
        await _cluster[1].AddEndpointAsync("cbor", _ => { }, new() { Codecs = ["cbor"] });
        await _cluster[1].AddEndpointAsync("mute");

        Assert.Equal(SendStatus.Accepted, sender.Send("open", "abc"u8));
        Assert.Equal(SendStatus.CapabilityDenied, sender.Send("narrow", "abc"u8));
        Assert.Equal(SendStatus.CapabilityDenied, sender.Send("mute", "abc"u8));
        Assert.Equal(SendStatus.PayloadTooLarge, sender.Send("small", "abc"u8));
        Assert.Equal(SendStatus.UnsupportedCodec, sender.Send("cbor", "abc"u8));
        Assert.Equal(SendStatus.TargetNotFound, sender.Send("nobody", "abc"u8));
        Assert.Equal(SendStatus.InvalidMessage, sender.Send("NOBODY", "abc"u8));

        // What is under way is checked where it arrives, too.
        await _cluster.SettledAsync();
        await _cluster[0].RevokeAsync("open", Capability.ReceivesFrom, "*");
        Assert.Equal(SendStatus.CapabilityDenied, sender.Send("open", "abc"u8));
        await _cluster[0].GrantAsync("open", Capability.ReceivesFrom, "sender");
        Assert.Equal(SendStatus.Accepted, sender.Send("open", "abc"u8));
        await _cluster.SettledAsync();
        await _cluster[0].RemoveAsync("open");
        Assert.Equal(SendStatus.TargetNotFound, sender.Send("open", "abc"u8));

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal((2, 2, 8), (sum.Accepted, sum.Handled, sum.Refused));
    }

    [Fact]
    public async Task Send_HandlerThrowsSometimes_EachMessageHasItsOwnOutcomeAndReason()
    {
        MessagingEndpoint sender = await _cluster[0].AddEndpointAsync("sender");
        await _cluster[1]
            .AddEndpointAsync(
                "picky",
                message =>
                {
                    if (message.Bytes[0] % 3 == 0)
                    {
                        throw new InvalidOperationException($"not {message.Bytes[0]}");
                    }
                }
            );
        using EventSubscription events = _cluster[0].Host.Subscribe();
        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, sender.Send("picky", [i]));
        }

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal((100, 66, 34), (sum.Accepted, sum.Handled, sum.Trapped));
        List<string> reasons = [];
        await foreach (HostEvent e in events.WithCancellation(TestContext.Current.CancellationToken))
        {
            reasons.Add(((DeadLetter)e).Reason);
            if (reasons.Count == 34)
            {
                break;
            }
        }

        Assert.Equal(
            Enumerable.Range(0, 34).Select(i => $"not {3 * i}"),
            reasons.Select(r => r[r.IndexOf("not", StringComparison.Ordinal)..].TrimEnd('\''))
        );

        MessageFate fate = await sender.SendAndWaitAsync("picky", [6], TestContext.Current.CancellationToken);
        Assert.Equal(Outcome.Trapped, fate.Outcome);
        Assert.Contains("not 6", fate.Reason, StringComparison.Ordinal);
        Assert.True((await sender.SendAndWaitAsync("picky", [7], TestContext.Current.CancellationToken)).IsHandled);
    }

    [Fact]
    public async Task Send_TheReceiversSiloRefuses_IsUndeliverableWithTheReason()
    {
        MessagingEndpoint sender = await _cluster[0].AddEndpointAsync("sender");
        await _cluster[1].AddEndpointAsync("narrow", _ => { });
        // The sender's silo does not hear of it, as where a revocation is still on its way.
        _cluster[1].Host.Revoke("narrow", Capability.ReceivesFrom, "*");

        MessageFate fate = await sender.SendAndWaitAsync("narrow", [1], TestContext.Current.CancellationToken);
        Reply reply = await sender.RequestAsync(
            "narrow",
            new byte[] { 1 },
            TimeSpan.FromMinutes(2),
            TestContext.Current.CancellationToken
        );

        Assert.Equal((Outcome.Undeliverable, ReplyOutcome.Undeliverable), (fate.Outcome, reply.Outcome));
        const string Why = "'narrow' does not receive from 'sender': none of its receives-from patterns matches";
        Assert.Contains(Why, fate.Reason, StringComparison.Ordinal);
        Assert.Contains(Why, reply.Reason, StringComparison.Ordinal);
        HostStatistics sum = await _cluster.SettledAsync();
        // Two messages, and the reply.
        Assert.Equal((3, 2, 1), (sum.Accepted, sum.Undeliverable, sum.Handled));
    }

    [Fact]
    public async Task Request_ToAnotherSilo_IsAnsweredThere()
    {
        MessagingEndpoint sender = await _cluster[0]
            .AddEndpointAsync("sender", options: new() { MaxMessageBytes = 100 });
        await _cluster[1]
            .AddEndpointAsync(
                "doubler",
                answering: message =>
                    message.Bytes[0] switch
                    {
                        0 => throw new InvalidOperationException("zero"),
                        1 => Answer.Of(new byte[101]),
                        byte other => Answer.Of(new[] { (byte)(other * 2) }),
                    }
            );
        CancellationToken token = TestContext.Current.CancellationToken;

        Reply answered = await sender.RequestAsync("doubler", new byte[] { 21 }, TimeSpan.FromMinutes(2), token);
        Assert.Equal([42], answered.Bytes.ToArray());
        Reply[] many = await Task.WhenAll(
            Enumerable
                .Range(2, 100)
                .Select(i => sender.RequestAsync("doubler", new[] { (byte)i }, TimeSpan.FromMinutes(2), token).AsTask())
        );
        Assert.Equal(Enumerable.Range(2, 100).Select(i => 2 * i), many.Select(reply => (int)reply.Bytes.Span[0]));
        Reply trapped = await sender.RequestAsync("doubler", new byte[] { 0 }, TimeSpan.FromMinutes(2), token);
        Assert.Equal(ReplyOutcome.Trapped, trapped.Outcome);
        Assert.Contains("zero", trapped.Reason, StringComparison.Ordinal);
        Reply large = await sender.RequestAsync("doubler", new byte[] { 1 }, TimeSpan.FromMinutes(2), token);
        Assert.Equal(ReplyOutcome.Rejected, large.Outcome);
        Assert.Contains("at most 100", large.Reason, StringComparison.Ordinal);

        HostStatistics sum = await _cluster.SettledAsync();
        // The requests, and as many replies.
        Assert.Equal((2 * 103, 103), (sum.Accepted, sum.Requests));
    }

    [Fact]
    public async Task Request_ToAnAsynchronousHandler_IsAnsweredThere()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        MessagingEndpoint sender = await _cluster[0].AddEndpointAsync("sender");
        await _cluster[1]
            .AddEndpointAsync(
                "doubler",
                answering: async (message, _) =>
                {
                    await Task.Yield();
                    return Answer.Of(new[] { (byte)(message.Bytes.Span[0] * 2) });
                }
            );

        Reply reply = await sender.RequestAsync("doubler", new byte[] { 21 }, TimeSpan.FromMinutes(2), token);
        MessageFate fate = await sender.SendAndWaitAsync("doubler", new byte[] { 21 }, token);

        Assert.Equal([42], reply.Bytes.ToArray());
        Assert.Equal(Outcome.Rejected, fate.Outcome);
        await _cluster.SettledAsync();
    }

    [Fact]
    public async Task Deploy_OnAnotherSilo_GuestGetsMessagesAndAnswers()
    {
        ConcurrentQueue<string> got = new();
        MessagingEndpoint client = await _cluster[0]
            .AddEndpointAsync(
                "client",
                message => got.Enqueue($"{message.Sender}: {Encoding.UTF8.GetString(message.Bytes)}")
            );
        await _cluster.DeployAsync("echo", "echo-handler", silo: 1, new() { SendsTo = ["client"] });

        Assert.Equal(SendStatus.Accepted, client.Send("echo", "\0hello"u8));

        HostStatistics sum = await _cluster.SettledAsync();
        Assert.Equal(["echo: \0hello"], got);
        Assert.Equal((2, 2), (sum.Accepted, sum.Handled));
        IReadOnlyList<ClusterHostStatus> status = await _cluster[1].GetStatusAsync();
        Assert.Equal(["echo"], status.Single(s => s.Name == _cluster.NameOf(1)).Components);
        Assert.Equal([1L, 1L], status.Select(s => _cluster.CountsOf(s).Accepted));
    }
}
