using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using FireAndForget.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace FireAndForget.Tests.Hosting;

/// <summary>The page over HTTP: what it shows, its headers, and who may act.</summary>
public sealed class PageTests : IAsyncDisposable
{
    private WebApplication? _app;
    private readonly HttpClient _client = new();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    [Fact]
    public async Task State_OfAHost_HasItsCountsAndEvents()
    {
        MessagingHost host = await StartAsync();
        MessagingEndpoint client = _app!.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
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
        MessagingEndpoint client = _app!.Services.GetRequiredKeyedService<MessagingEndpoint>("client");
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
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync("faf/remove?id=mirror", user: "operator"));
        Assert.Empty(host.Components);
    }

    private async Task<HttpStatusCode> PostAsync(string path, string? user, bool header = true)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path);
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
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddFireAndForget(faf =>
            faf.AddComponent("mirror", TestService.Fixture("echo-handler.wat"), c => c.SendsTo.Add("client"))
                .AddEndpoint("client", _ => { })
        );
        builder
            .Services.AddAuthentication("header")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", _ => { });
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", p => p.RequireUserName("operator"));
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapFireAndForget("/faf", configure);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        string address = _app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        _client.BaseAddress = new(address);
        return _app.Services.GetRequiredService<MessagingHost>();
    }

    /// <summary>Believes what the header says.</summary>
    private sealed class HeaderAuthentication(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory logger,
        UrlEncoder encoder
    ) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers["User"].ToString() is not { Length: > 0 } name)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            ClaimsPrincipal user = new(new ClaimsIdentity([new(ClaimTypes.Name, name)], "header"));
            return Task.FromResult(AuthenticateResult.Success(new(user, "header")));
        }
    }
}
