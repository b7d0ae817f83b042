// A web service whose plug-ins are WebAssembly: each file of the folder plugins is a component under the file's name, and takes over
// while the service runs when the file changes. Messages come in over HTTP, and what plug-ins answer is logged.

using System.Text;
using FireAndForget;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddFireAndForget(faf =>
    faf.Bind(builder.Configuration.GetSection("FireAndForget"))
        .AddPlugins("plugins", plugins => plugins.For("*", plugin => plugin.SendsTo.Add("http")))
        .AddEndpoint(
            "http",
            message => Console.WriteLine($"{message.Sender}: {Encoding.UTF8.GetString(message.Bytes)}")
        )
);
builder.Services.AddHealthChecks().AddFireAndForget();

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapFireAndForget("/faf"); // add .RequireAuthorization() where others can reach it
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
