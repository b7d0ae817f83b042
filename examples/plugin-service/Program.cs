// A web service of plug-ins that it does not trust. Messages come in over HTTP, go through WebAssembly, and what comes out is kept in
// a journal.

using FireAndForget;
using FireAndForget.Example;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<JournalEntries>();
builder.Services.AddFireAndForget(faf =>
    faf.Bind(builder.Configuration.GetSection("FireAndForget"))
        .AddPlugins(
            builder.Configuration["Plugins"] ?? "plugins",
            plugins => plugins.For("*", c => c.SendsTo.Add("journal")).For("relay.*", c => c.SendsTo.Add("mirror"))
        )
        .AddEndpoint("http")
        .AddEndpoint<Journal>("journal")
);
builder.Services.AddHealthChecks().AddFireAndForget();
builder
    .Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddFireAndForgetInstrumentation())
    .WithTracing(traces => traces.AddFireAndForgetInstrumentation());

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapFireAndForget("/faf");
app.MapGet("/journal", (JournalEntries journal) => journal.All);
app.MapPost(
    "/messages/{component}",
    async (string component, HttpRequest request, [FromKeyedServices("http")] IMessageSender http) =>
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        SendStatus status = http.Send(component, body.ToArray());
        return status == SendStatus.Accepted ? Results.Accepted() : Results.Problem(status.ToString(), statusCode: 422);
    }
);
app.Run();
