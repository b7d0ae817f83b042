using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FireAndForget.AspNetCore;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The page over HTTP: what it shows, its headers, and who may act.</summary>
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

    [Theory]
    [InlineData("faf", "text/html")]
    [InlineData("faf/", "text/html")]
    [InlineData("faf/page.js", "text/javascript")]
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
    public async Task Actions_WithoutAPolicy_AreNotThere()
    {
        MessagingHost host = await StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("faf/remove?id=mirror", user: "operator"));
        Assert.Single(host.Components);
    }

    [Fact]
    public async Task Actions_WithAPolicy_AreForThoseWhoHaveIt()
    {
        MessagingHost host = await StartAsync(o => o.ActionsPolicy = "operators");
        MessagingEndpoint client = _service.Client;
        const string Revoke = "faf/revoke?id=mirror&capability=receivesFrom&pattern=*";

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(Revoke, user: null));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(Revoke, user: "guest"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(Revoke, user: "operator", header: false));
        Assert.Equal(SendStatus.Accepted, client.Send("mirror", [0]));

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(Revoke, user: "operator"));
        Assert.Equal(SendStatus.CapabilityDenied, client.Send("mirror", [0]));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(Revoke, user: "operator"));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            await PostAsync("faf/revoke?id=mirror&capability=x&pattern=*", user: "operator")
        );
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync("faf/restart?id=mirror", user: "operator"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("faf/restart?id=nobody", user: "operator"));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            await PostAsync("faf/replace?id=mirror", user: "operator", body: "(module")
        );
        Assert.Equal(
            HttpStatusCode.Forbidden,
            await PostAsync("faf/replace?id=mirror", user: "guest", body: "(module)")
        );
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync("faf/remove?id=mirror", user: "operator"));
        Assert.Empty(host.Components);
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

    private async Task<HttpStatusCode> PostAsync(string path, string? user, bool header = true, string body = "")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body) };
        if (user is not null)
        {
            request.Headers.Add("User", user);
        }

        if (header)
        {
            request.Headers.Add("X-FireAndForget", "1");
        }

        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private async Task<MessagingHost> StartAsync(Action<FireAndForgetPageOptions>? configure = null)
    {
        await _service.StartAsync(configurePage: configure);
        _client.BaseAddress = _service.Address;
        return _service.Host;
    }
}
