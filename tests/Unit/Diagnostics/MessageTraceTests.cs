using System.Diagnostics;
using FireAndForget.Diagnostics;
using FireAndForget.Mailboxes;
using FireAndForget.Routing;
using Xunit;

namespace FireAndForget.Tests.Diagnostics;

/// <summary>The activities of messages. A source's listeners hear every host, so these tests run alone.</summary>
[Collection(Alone.Name)]
public sealed class MessageTraceTests : IAsyncLifetime
{
    private static readonly ActivitySource Outside = new("FireAndForget.Tests");

    private readonly MessagingHost _host = new(new() { Workers = 0 });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Send_ThatAGuestAnswers_IsOneTraceFromTheSendToTheAnswersHandling()
    {
        using TraceReader traces = new();
        Activity? seen = null;
        MessagingEndpoint client = _host.AddEndpoint("client", _ => seen = Activity.Current);
        ObedientGuest.Add(_host, "guest");

        client.Send("guest", [ObedientGuest.Answer, 1, 2]);
        Assert.Null(Activity.Current);
        _host.Pump();
        Assert.Null(Activity.Current);

        Activity send = traces.Single("send guest");
        Activity handling = traces.Single("process guest");
        Activity answer = traces.Single("send client");
        Activity end = traces.Single("process client");
        Assert.Equal(4, traces.Ended.Count);
        Assert.Equal(default, send.ParentSpanId);
        Assert.Equal(
            [send.SpanId, handling.SpanId, answer.SpanId],
            new[] { handling, answer, end }.Select(a => a.ParentSpanId)
        );
        Assert.Single(traces.Ended.Select(a => a.TraceId).Distinct());
        Assert.Same(end, seen);
        Assert.All(traces.Ended, a => Assert.Equal(ActivityStatusCode.Unset, a.Status));
        Assert.All(traces.Ended, a => Assert.Equal(3, a.GetTagItem("messaging.message.body.size")));
        Assert.Equal("guest", answer.GetTagItem("messaging.client.id"));
    }

    [Fact]
    public void Activities_OfMessages_AreThoseOfTheDocument()
    {
        using TraceReader traces = new();
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest");
        client.Send("guest", [ObedientGuest.Trap]);
        _host.Pump();
        _host.AddEndpoint("other").Send("guest", [ObedientGuest.Handle]);
        _host.Remove("guest");
        _host.Pump();
        _host.AddEndpoint("third").Send("guest", [0]);

        IEnumerable<string> ended = traces
            .Ended.GroupBy(a => a.DisplayName.Split(' ')[0])
            .Select(group =>
                string.Join(
                    " | ",
                    group.Key,
                    Assert.Single(group.Select(a => a.Kind).Distinct()),
                    string.Join(", ", group.SelectMany(a => a.TagObjects).Select(tag => tag.Key).Distinct().Order())
                )
            );

        Assert.Equal(
            DocumentTable
                .Under(Path.Combine("Diagnostics", "observability.md"), "## Traces")
                .Select(row => string.Join(" | ", row[0].Split(' ')[0], row[1], row[2]))
                .Order(),
            ended.Order()
        );
    }

    [Theory]
    [InlineData(ObedientGuest.Reject, "rejected")]
    [InlineData(ObedientGuest.Trap, "trapped")]
    public void Process_ThatFails_SaysTheOutcome(byte what, string outcome)
    {
        using TraceReader traces = new();
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest");

        client.Send("guest", [what]);
        _host.Pump();

        Activity handling = traces.Single("process guest");
        Assert.Equal(ActivityStatusCode.Error, handling.Status);
        Assert.Equal(outcome, handling.GetTagItem("error.type"));
    }

    [Fact]
    public void Process_OfAHandlerThatThrows_EndsAndSaysWhy()
    {
        using TraceReader traces = new();
        MessagingEndpoint client = _host.AddEndpoint(
            "client",
            handler: _ => throw new InvalidOperationException("not today")
        );

        client.Send("client", [0]);
        _host.Pump();

        Assert.Null(Activity.Current);
        Assert.Contains("not today", traces.Single("process client").StatusDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void Send_Refused_SaysTheReasonAndShowsNoTargetThatIsNone()
    {
        using TraceReader traces = new();

        _host.AddEndpoint("client").Send("nobody", [0]);

        Activity send = Assert.Single(traces.Ended);
        Assert.Equal(("send", "target-not-found"), (send.DisplayName, send.GetTagItem("error.type")));
        Assert.Null(send.GetTagItem("messaging.destination.name"));
    }

    [Fact]
    public async Task Settle_OfAMessageThatIsEvicted_SaysSo()
    {
        using TraceReader traces = new();
        MessagingEndpoint client = _host.AddEndpoint("client");
        _host.AddEndpoint(
            "small",
            _ => { },
            new()
            {
                Mailbox = new() { Messages = 1, OverflowPolicy = OverflowPolicy.DropOldest },
            }
        );

        client.Send("small", [0]);
        client.Send("small", [1]);
        while (traces.Ended.Count < 2)
        {
            // Told by another thread, because the mailbox is locked meanwhile.
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        Activity settle = traces.Single("settle small");
        Assert.Equal("evicted", settle.GetTagItem("error.type"));
        Assert.Equal(traces.Single("send small").SpanId, settle.ParentSpanId);
    }

    [Fact]
    public void Send_OutsideOfAnyActivity_IsTracedOnceInSoMany()
    {
        using TraceReader traces = new();
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest");

        for (int i = 0; i < 2 * MessageSampling.Every; i++)
        {
            client.Send("guest", [ObedientGuest.Handle]);
        }

        _host.Pump();
        Assert.Equal(2, traces.Ended.Count(a => a.DisplayName == "send guest"));
        Assert.Equal(2, traces.Ended.Count(a => a.DisplayName == "process guest"));
    }

    [Fact]
    public void Send_BehindASampledOne_IsNoPartOfItsTrace()
    {
        using TraceReader traces = new();
        MessagingEndpoint client = _host.AddEndpoint("client", _ => { });
        ObedientGuest.Add(_host, "guest");

        client.Send("guest", [ObedientGuest.Answer]);
        client.Send("guest", [ObedientGuest.Answer]);
        _host.Pump();

        // Both are there when the guest is run; only the first and its answer were sampled.
        Assert.Equal(1, traces.Ended.Count(a => a.DisplayName == "send client"));
    }

    [Fact]
    public void Send_WithinARecordedActivity_IsAlwaysTraced()
    {
        using TraceReader traces = new();
        MessagingEndpoint client = _host.AddEndpoint("client");
        ObedientGuest.Add(_host, "guest");

        using Activity request = Outside.StartActivity("request")!;
        for (int i = 0; i < 100; i++)
        {
            client.Send("guest", [ObedientGuest.Handle]);
        }

        _host.Pump();

        Assert.Same(request, Activity.Current);
        Activity[] handled = [.. traces.Ended.Where(a => a.DisplayName == "process guest")];
        Assert.Equal(100, handled.Length);
        Assert.All(handled, a => Assert.Equal(request.TraceId, a.TraceId));
    }

    [Fact]
    public void Send_ThatFollowsFromOthersWithoutEnd_EndsItsTraceSomewhere()
    {
        using TraceReader traces = new();
        MessagingEndpoint? client = null;
        client = _host.AddEndpoint("client", message => client!.Send("guest", message.Bytes));
        ObedientGuest.Add(_host, "guest");
        client.Send("guest", [ObedientGuest.Answer]);

        _host.Pump(10_000);

        int longest = traces
            .Ended.Where(a => a.Kind == ActivityKind.Producer)
            .GroupBy(a => a.TraceId)
            .Max(trace => trace.Count());
        Assert.Equal(1 + TraceBudget.Messages, longest);
    }

    [Theory]
    [InlineData(ActivitySamplingResult.None)]
    [InlineData(ActivitySamplingResult.PropagationData)]
    public void Send_ThatTheListenerDoesNotWant_IsNotTraced(ActivitySamplingResult result)
    {
        using TraceReader traces = new(result);
        Activity? seen = null;
        MessagingEndpoint client = _host.AddEndpoint("client", _ => seen = Activity.Current);

        client.Send("client", [0]);
        _host.Pump();

        Assert.Null(seen);
        Assert.DoesNotContain(traces.Ended, a => a.Kind == ActivityKind.Consumer);
    }

    [Fact]
    public void Send_ToAListenerThatThrows_IsAcceptedAndHandled()
    {
        using TraceReader traces = new(throws: true);
        MessagingEndpoint client = _host.AddEndpoint("client");
        Component guest = ObedientGuest.Add(_host, "guest");

        Assert.Equal(SendStatus.Accepted, client.Send("guest", [ObedientGuest.Handle]));
        _host.Pump();

        Assert.Null(Activity.Current);
        Assert.Equal(1, guest.Statistics.Handled);
    }

    [Fact]
    public async Task Send_WithWorkers_IsTracedAcrossThreads()
    {
        using TraceReader traces = new();
        await using MessagingHost host = new(new() { Workers = 2 });
        MessagingEndpoint client = host.AddEndpoint("client", _ => { });
        ObedientGuest.Add(host, "guest");

        client.Send("guest", [ObedientGuest.Answer]);
        await host.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            ["process client", "process guest", "send client", "send guest"],
            traces.Ended.Select(a => a.DisplayName).Order()
        );
        Assert.Single(traces.Ended.Select(a => a.TraceId).Distinct());
    }
}
