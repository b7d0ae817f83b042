using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xunit;

namespace FireAndForget.Tests.Cluster;

/// <summary>What is seen of messages between silos: counts of each link, and one trace from send to handling.</summary>
[Collection(nameof(TwoSilos))]
public sealed class ObservabilityTests(TwoSilos silos) : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await silos.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Metrics_MessagesToAnotherSilo_AreCountedForTheirLink()
    {
        ConcurrentDictionary<(string Name, string Silo), long> seen = new();
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, reader) =>
        {
            if (instrument.Meter.Name == "FireAndForget.Orleans" && instrument.Meter.Scope == _cluster[0].Host)
            {
                reader.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                foreach ((string key, object? tag) in tags)
                {
                    Assert.Equal("fire_and_forget.silo", key);
                    seen[(instrument.Name, (string)tag!)] = value;
                }
            }
        );
        listener.Start();
        listener.RecordObservableInstruments();
        Dictionary<(string, string), long> before = new(seen);
        seen.Clear();
        MessagingEndpoint sender = await _cluster[0].AddEndpointAsync("sender", _ => { });
        await _cluster[1].AddEndpointAsync("receiver", _ => { }, new() { SubscribesTo = ["news"] });
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SendStatus.Accepted, sender.Send("receiver", new byte[100]));
            Assert.Equal(SendStatus.Accepted, sender.Send("sender", new byte[100]));
        }

        Assert.Equal(1, sender.Publish("news", new byte[100]).Accepted);
        await _cluster.SettledAsync();
        listener.RecordObservableInstruments();

        string silo = _cluster[1].Silo.ToParsableString();
        Assert.All(seen.Keys, key => Assert.Equal(silo, key.Silo));
        Assert.Equal(101, Counted("messages"));
        Assert.InRange(Counted("frames"), 1, 101);
        Assert.InRange(Counted("size"), 101 * 100, 101 * 300);
        Assert.Equal(0, Counted("breaks"));

        long Counted(string what)
        {
            (string, string) key = ($"fire_and_forget.link.{what}", silo);
            return seen[key] - before.GetValueOrDefault(key);
        }
    }

    [Fact]
    public async Task Trace_SendRequestAndPublishToAnotherSilo_HandlingBelongsToTheSend()
    {
        ConcurrentQueue<Activity> ended = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is "FireAndForget",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        ConcurrentQueue<string?> topics = new();
        MessagingEndpoint sender = await _cluster[0].AddEndpointAsync("traced/sender");
        MessagingEndpoint publisher = await _cluster[0].AddEndpointAsync("traced/publisher");
        MessagingEndpoint asker = await _cluster[0].AddEndpointAsync("traced/asker");
        await _cluster[1].AddEndpointAsync("traced/receiver", _ => { });
        await _cluster[1]
            .AddEndpointAsync(
                "traced/subscriber",
                message => topics.Enqueue(message.Topic),
                new() { SubscribesTo = ["traced"] }
            );
        await _cluster[1].AddEndpointAsync("traced/answerer", answering: _ => Answer.Of(new byte[] { 1 }));

        Assert.Equal(SendStatus.Accepted, sender.Send("traced/receiver", "a"u8));
        Assert.Equal(1, publisher.Publish("traced", "a"u8).Accepted);
        Reply reply = await asker.RequestAsync(
            "traced/answerer",
            "a"u8.ToArray(),
            TimeSpan.FromSeconds(20),
            TestContext.Current.CancellationToken
        );
        Assert.True(reply.IsHandled);
        await _cluster.SettledAsync();

        Assert.Equal(["traced"], topics);
        foreach (string target in (string[])["traced/receiver", "traced/subscriber", "traced/answerer"])
        {
            await TestCluster.UntilAsync(() => Of("process").Any(), () => $"no process of {target}");
            ActivityTraceId trace = Of("send").First().TraceId;
            Assert.All(Of("process"), process => Assert.Equal(trace, process.TraceId));

            IEnumerable<Activity> Of(string operation) => ended.Where(a => a.DisplayName == $"{operation} {target}");
        }
    }
}
