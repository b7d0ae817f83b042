using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The page over HTTP: what it shows, and its headers.</summary>
public sealed class PageTests : IAsyncDisposable
{
    private readonly PageService _service = new();
    private readonly HttpClient _client = new();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _service.DisposeAsync();
    }

    [Fact]
    public async Task State_OfAHost_HasItsCountsAndEvents()
    {
        MessagingHost host = await StartAsync();
        MessagingEndpoint client = _service.Client;
        client.Send("mirror", [0]);
        client.Send("mirror", [7]);
        client.Send("nobody", [1]);
        await host.DrainAsync(TestContext.Current.CancellationToken);

        JsonElement state = await _client.GetFromJsonAsync<JsonElement>(
            "faf/state",
            TestContext.Current.CancellationToken
        );

        // Two of the client, and the two that came back.
        Assert.Equal(5, state.GetProperty("sent").GetInt64());
        Assert.Equal(1, state.GetProperty("refused").GetInt64());
        Assert.Equal(3, state.GetProperty("messages").GetProperty("handled").GetInt64());
        JsonElement mirror = Assert.Single(state.GetProperty("components").EnumerateArray());
        Assert.Equal("mirror", mirror.GetProperty("id").GetString());
        Assert.Equal(1, mirror.GetProperty("messages").GetProperty("rejected").GetInt64());
        Assert.Equal(
            ["refused target-not-found", "dead-letter rejected"],
            state
                .GetProperty("events")
                .EnumerateArray()
                .Select(e => $"{e.GetProperty("event")} {e.GetProperty("outcome")}")
                .OrderDescending()
        );
    }

    [Fact]
    public async Task Events_WhileThePageLooks_ComeAsServerSentEvents()
    {
        await StartAsync();
        using HttpResponseMessage response = await _client.GetAsync(
            "faf/events",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using StreamReader reader = new(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)
        );
        for (int i = 0; i < 2; i++)
        {
            string? line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("data: {", line, StringComparison.Ordinal);
            JsonDocument.Parse(line!["data: ".Length..]).Dispose();
            Assert.Equal("", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Those beyond the first 500 were out of every filter's sight.</summary>
    [Fact]
    public async Task Events_WithAFilter_HaveThoseWithItInTheirIds()
    {
        await StartAsync();
        for (int i = 0; i < 510; i++)
        {
            _service.Host.AddEndpoint($"endpoint-{i}");
        }

        using HttpResponseMessage response = await _client.GetAsync(
            "faf/events?filter=t-99",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        using StreamReader reader = new(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)
        );
        string? line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        using var state = JsonDocument.Parse(line!["data: ".Length..]);

        JsonElement root = state.RootElement;
        Assert.Equal(
            (0, 1, 511, 1),
            (
                root.GetProperty("components").GetArrayLength(),
                root.GetProperty("component-count").GetInt32(),
                root.GetProperty("endpoint-count").GetInt32(),
                root.GetProperty("matching").GetInt32()
            )
        );
        Assert.Equal("endpoint-99", root.GetProperty("endpoints")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("faf", "text/html")]
    [InlineData("faf/", "text/html")]
    [InlineData("faf/page.js", "text/javascript")]
    [InlineData("faf/participant.js", "text/javascript")]
    [InlineData("faf/page.css", "text/css")]
    [InlineData("faf/state", "application/json")]
    public async Task Files_OfThePage_AllowNothingFromElsewhere(string path, string type)
    {
        await StartAsync();
        using HttpResponseMessage response = await _client.GetAsync(
            new Uri(path, UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_WhileSomebodyWatches_HasWhoSendsToWhom()
    {
        MessagingHost host = await StartAsync();
        using HttpResponseMessage watching = await _client.GetAsync(
            "faf/events",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        _service.Client.Send("mirror", [0]);
        await host.DrainAsync(TestContext.Current.CancellationToken);
        using StreamReader reader = new(
            await watching.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)
        );
        string flows = "";
        while (flows != "client mirror 1, mirror client 1")
        {
            string? line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            if (line is { Length: > 0 })
            {
                using var state = JsonDocument.Parse(line["data: ".Length..]);
                flows = string.Join(
                    ", ",
                    state
                        .RootElement.GetProperty("flows")
                        .EnumerateArray()
                        .Select(f => $"{f.GetProperty("from")} {f.GetProperty("to")} {f.GetProperty("messages")}")
                        .Order(StringComparer.Ordinal)
                );
            }
        }
    }

    [Fact]
    public async Task Participant_OfAComponent_HasWhatItMayAndIs()
    {
        await StartAsync();

        JsonElement mirror = await _client.GetFromJsonAsync<JsonElement>(
            "faf/participant?id=mirror",
            TestContext.Current.CancellationToken
        );

        Assert.Equal("core-module", mirror.GetProperty("kind").GetString());
        Assert.Equal("client", Assert.Single(mirror.GetProperty("sends-to").EnumerateArray()).GetString());
        Assert.Equal("direct", mirror.GetProperty("runtime").GetString());
        Assert.Contains("host-messaging.send", mirror.GetProperty("imports").ToString(), StringComparison.Ordinal);
        Assert.Contains("Component mirror was loaded", mirror.GetProperty("log").ToString(), StringComparison.Ordinal);
        using HttpResponseMessage nobody = await _client.GetAsync(
            "faf/participant?id=nobody",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    /// <summary>Everything that was kept was from the time of the first look; the last dead letter never came.</summary>
    [Fact]
    public async Task State_AfterMoreEventsThanAreKept_HasTheLastOnes()
    {
        await StartAsync();
        for (int i = 0; i < 5000; i++)
        {
            _service.Client.Send("nobody", []);
        }

        _service.Client.Send("the-last", []);

        JsonElement state = await GetAsync("faf/state");
        JsonElement events = state.GetProperty("events");
        Assert.Equal(200, events.GetArrayLength());
        Assert.Equal("the-last", events[0].GetProperty("to").GetString());
        Assert.Equal(5001, state.GetProperty("event-count").GetInt64());
    }

    [Fact]
    public async Task Events_OfMoreReadersThanMayWatch_SayWhyAndWhenToTryAgain()
    {
        await StartAsync();
        List<HttpResponseMessage> watching = await PageService.WatchAsync(_client, 33);
        try
        {
            Assert.Equal("no", Assert.Single(watching[0].Headers.GetValues("X-Accel-Buffering")));
            Assert.Equal(HttpStatusCode.OK, watching[31].StatusCode);
            HttpResponseMessage refused = watching[32];
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter!.Delta);
            string reason = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("32 readers watch already", reason, StringComparison.Ordinal);
        }
        finally
        {
            watching.ForEach(response => response.Dispose());
        }
    }

    [Theory]
    [InlineData("faf/", HttpStatusCode.OK)]
    [InlineData("faf/page.js", HttpStatusCode.OK)]
    [InlineData("faf/state", HttpStatusCode.OK)]
    [InlineData("faf/participant?id=mirror", HttpStatusCode.OK)]
    [InlineData("faf/participant?id=nobody", HttpStatusCode.NotFound)]
    [InlineData("faf/events", HttpStatusCode.MethodNotAllowed)]
    public async Task Head_OfWhatHasAnEnd_IsAnswered(string path, HttpStatusCode expected)
    {
        await StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Page_WithoutItsSlash_KeepsTheQuery()
    {
        await StartAsync();
        using HttpResponseMessage response = await _client.GetAsync(
            new Uri("faf?q=a%20b", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        Assert.Equal("/faf/?q=a%20b", response.RequestMessage!.RequestUri!.PathAndQuery);
    }

    /// <summary>Its answer was as large as the guest wished, once a second.</summary>
    [Fact]
    public async Task Participant_OfAGuestWithManyLongExports_HasTheFirstOfThemCut()
    {
        await _service.StartAsync(faf => faf.AddComponent("many", ComponentSource.FromText(PageService.Many)));
        _client.BaseAddress = _service.Address;

        JsonElement many = await GetAsync("faf/participant?id=many");

        Assert.Equal(303, many.GetProperty("export-count").GetInt32());
        string[] exports = [.. many.GetProperty("exports").EnumerateArray().Select(e => e.GetString()!)];
        Assert.Equal(200, exports.Length);
        Assert.Equal(201, exports.Max(export => export.Length));
        Assert.Equal(0, many.GetProperty("import-count").GetInt32());
    }

    /// <summary>Targets that senders thought up took the room of those that were there.</summary>
    [Theory]
    [InlineData("Target")]
    [InlineData("Component")]
    public async Task Log_AfterLinesAboutManyOthers_HasThatOfANewOne(string property)
    {
        MessagingHost host = await StartAsync();
        for (int i = 0; i < 600; i++)
        {
            _service.Log(property, $"nobody-{i}");
        }

        host.AddEndpoint("late");

        JsonElement late = await GetAsync("faf/participant?id=late");
        Assert.Contains("Endpoint late was added", late.GetProperty("log").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_AfterLinesAboutManyTargetsThatAreNobody_HasStillThatOfTheFirst()
    {
        await StartAsync();
        for (int i = 0; i < 600; i++)
        {
            _service.Log("Target", $"nobody-{i}");
        }

        _service.Log("Target", "mirror");

        string log = (await GetAsync("faf/participant?id=mirror")).GetProperty("log").ToString();
        Assert.Contains("Component mirror was loaded", log, StringComparison.Ordinal);
        Assert.Contains("Target mirror was refused.", log, StringComparison.Ordinal);
    }

    private Task<JsonElement> GetAsync(string path) =>
        _client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    private async Task<MessagingHost> StartAsync()
    {
        await _service.StartAsync();
        _client.BaseAddress = _service.Address;
        return _service.Host;
    }
}
