using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FireAndForget.AspNetCore;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>What may be done from the page, over HTTP: by whom, and what is said where it cannot be.</summary>
public sealed class PageActionTests : IAsyncDisposable
{
    private readonly PageService _service = new();
    private readonly HttpClient _client = new();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _service.DisposeAsync();
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

    /// <summary>The first action told it, with an answer that says nothing.</summary>
    [Fact]
    public async Task Page_WithActionsThatNothingAuthorizes_SaysWhatToDo()
    {
        await _service.StartAsync(configurePage: o => o.ActionsPolicy = "operators", authorizes: false);
        _client.BaseAddress = _service.Address;

        using HttpResponseMessage page = await _client.GetAsync(
            new Uri("faf/", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.InternalServerError, page.StatusCode);
        Assert.Contains(
            "call app.UseAuthorization() behind app.UseRouting()",
            await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        // And nothing is done.
        Assert.Equal(HttpStatusCode.InternalServerError, await PostAsync("faf/remove?id=mirror", user: "operator"));
        Assert.Single(_service.Host.Components);
    }

    [Fact]
    public async Task MapFireAndForget_APolicyThatIsNotThere_IsRefusedAtTheStart()
    {
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            StartAsync(o => o.ActionsPolicy = "operatorz")
        );

        Assert.StartsWith(
            "ActionsPolicy: there is no authorization policy 'operatorz'; ",
            e.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("SendsTo,ReceivesFrom")]
    [InlineData("1")]
    [InlineData("")]
    public async Task Revoke_OfNoCapability_NamesAllThereAre(string capability)
    {
        await StartAsync(o => o.ActionsPolicy = "operators");

        (HttpStatusCode status, string reason) = await ActAsync(
            $"faf/revoke?id=mirror&capability={capability}&pattern=*"
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(
            $"capability is one of SendsTo, ReceivesFrom, PublishesTo, SubscribesTo, and not '{capability}'.",
            reason
        );
    }

    [Theory]
    [InlineData("faf/revoke?id=nobody&capability=SendsTo&pattern=*")]
    [InlineData("faf/restart?id=nobody")]
    [InlineData("faf/replace?id=nobody")]
    [InlineData("faf/remove?id=nobody")]
    public async Task Actions_OnAnUnknownId_AreNotFound(string path)
    {
        await StartAsync(o => o.ActionsPolicy = "operators");

        (HttpStatusCode status, string reason) = await ActAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.EndsWith(" is registered under 'nobody'.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_OfNoPattern_SaysSoWithoutTheCodesNames()
    {
        await StartAsync(o => o.ActionsPolicy = "operators");

        (HttpStatusCode status, string reason) = await ActAsync(
            "faf/revoke?id=mirror&capability=SendsTo&pattern=No%20Pattern"
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("No Pattern", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_OfTopics_TakesThemAway()
    {
        await _service.StartAsync(
            faf =>
                faf.AddComponent(
                    "mirror",
                    TestService.Fixture("echo-handler.wat"),
                    c => (c.PublishesTo, c.SubscribesTo) = (["news", "sport"], ["orders/*"])
                ),
            o => o.ActionsPolicy = "operators"
        );
        _client.BaseAddress = _service.Address;

        (HttpStatusCode status, _) = await ActAsync("faf/revoke?id=mirror&capability=PublishesTo&pattern=news");

        Assert.Equal(HttpStatusCode.NoContent, status);
        JsonElement mirror = await _client.GetFromJsonAsync<JsonElement>(
            "faf/participant?id=mirror",
            TestContext.Current.CancellationToken
        );
        Assert.Equal("sport", Assert.Single(mirror.GetProperty("publishes-to").EnumerateArray()).GetString());
        Assert.Equal("orders/*", Assert.Single(mirror.GetProperty("subscribes-to").EnumerateArray()).GetString());
    }

    /// <summary>A web server takes 30 MB of itself; a guest may have 64 MiB.</summary>
    [Fact]
    public async Task Replace_ByMoreThanTheServersOwnBound_IsDone()
    {
        await StartAsync(o => o.ActionsPolicy = "operators");
        string guest = await File.ReadAllTextAsync(
            TestService.Fixture("echo-handler.wat"),
            TestContext.Current.CancellationToken
        );

        (HttpStatusCode status, string reason) = await ActAsync(
            "faf/replace?id=mirror",
            new StringContent($"{guest}\n;;{new string('x', 31 << 20)}")
        );

        Assert.Equal((HttpStatusCode.NoContent, ""), (status, reason));
    }

    [Fact]
    public async Task Replace_ByMoreThanMayBe_IsTooLarge()
    {
        await StartAsync(o => o.ActionsPolicy = "operators");

        (HttpStatusCode status, string reason) = await ActAsync(
            "faf/replace?id=mirror",
            new ByteArrayContent(new byte[(64 << 20) + 1])
        );

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("The guest has more than 67108864 bytes; replace it in code.", reason);
    }

    /// <summary>Acts as an operator.</summary>
    private async Task<(HttpStatusCode Status, string Reason)> ActAsync(string path, HttpContent? body = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = body };
        request.Headers.Add("User", "operator");
        request.Headers.Add("X-FireAndForget", "1");
        // So that nothing is sent that is refused before it is read.
        request.Headers.ExpectContinue = body is not null;
        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        string reason = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, reason);
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
