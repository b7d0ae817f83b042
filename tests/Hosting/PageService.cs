using System.Security.Claims;
using System.Text.Encodings.Web;
using FireAndForget.AspNetCore;
using FireAndForget.Hosting;
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

/// <summary>
/// A web service on a loopback port with the page at /faf, by default with a mirror and an endpoint "client" that it answers. A request's header User
/// says who it comes from, and "operator" has the policy "operators".
/// </summary>
internal sealed class PageService : IAsyncDisposable
{
    /// <summary>A guest with 303 exports, 300 of them with long names that turn the direction of writing.</summary>
    public static string Many { get; } =
        $"""
            (module
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
              (func (export "handle-message") (param i32 i32 i32 i32) (result i32) (i32.const 0))
              (func $f)
              {string.Concat(Enumerable.Range(0, 300).Select(Export))})
            """;

    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    public MessagingHost Host => _app!.Services.GetRequiredService<MessagingHost>();

    public MessagingEndpoint Client => Sender("client");

    /// <summary>Another endpoint.</summary>
    public MessagingEndpoint Sender(string id) => _app!.Services.GetRequiredKeyedService<MessagingEndpoint>(id);

    public async Task StartAsync(
        Action<FireAndForgetBuilder>? configure = null,
        Action<FireAndForgetPageOptions>? configurePage = null,
        bool authorizes = true
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddFireAndForget(faf => (configure ?? AddMirror)(faf));
        builder
            .Services.AddAuthentication("header")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", _ => { });
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", p => p.RequireUserName("operator"));
        _app = builder.Build();
        if (authorizes)
        {
            _app.UseAuthentication();
            _app.UseAuthorization();
        }
        else
        {
            // The builder adds the middlewares by itself, in front of this, where they see no route.
            _app.UseRouting();
        }

        _app.MapFireAndForget("/faf", configurePage);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        string address = _app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        Address = new(address);
    }

    /// <summary>Writes a line into the service's log as the host does, with an id as the value of a property.</summary>
    public void Log(string property, string id)
    {
        IReadOnlyList<KeyValuePair<string, object?>> state = [new(property, id)];
        _app!
            .Services.GetRequiredService<ILoggerFactory>()
            .CreateLogger("FireAndForget")
            .Log(LogLevel.Warning, default, state, null, (_, _) => $"{property} {id} was refused.");
    }

    /// <summary>Begins to watch so often. Dispose of the responses to end it.</summary>
    public static async Task<List<HttpResponseMessage>> WatchAsync(HttpClient client, int count)
    {
        List<HttpResponseMessage> watching = [];
        for (int i = 0; i < count; i++)
        {
            watching.Add(
                await client.GetAsync(
                    new Uri("faf/events", UriKind.Relative),
                    HttpCompletionOption.ResponseHeadersRead,
                    TestContext.Current.CancellationToken
                )
            );
        }

        return watching;
    }

    /// <summary>What is there where a test says nothing else.</summary>
    public static void AddMirror(FireAndForgetBuilder faf) =>
        faf.AddComponent("mirror", TestService.Fixture("echo-handler.wat"), c => c.SendsTo.Add("client"))
            .AddEndpoint("client", _ => { });

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private static string Export(int number) => $$"""(export "{{number}}\u{202e}{{new string('x', 250)}}" (func $f))""";

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
