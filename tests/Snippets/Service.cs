using FireAndForget.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FireAndForget.Tests.Snippets;

/// <summary>What README says of services.</summary>
internal static class Service
{
    public static void Add(HostApplicationBuilder builder, Stream file)
    {
        #region service
        builder.Services.AddFireAndForget(faf =>
        {
            faf.Bind(builder.Configuration.GetSection("FireAndForget")); // options, and components as in a topology file
            faf.AddPlugins("plugins", plugins => plugins.For("*.wasm", c => c.SendsTo.Add("orders"))); // watched
            faf.AddEndpoint<OrderHandler>("orders"); // from the container, with a scope for each message
            faf.AddEndpoint("audit", async (message, cancel) => await file.WriteAsync(message.Bytes, cancel));
        });
        builder.Services.AddHealthChecks().AddFireAndForget();
        #endregion
    }

    public static void Map(WebApplication app)
    {
        #region page-actions
        app.MapFireAndForget("/faf", page => page.ActionsPolicy = "operators").RequireAuthorization("readers");
        #endregion
    }

    private sealed class OrderHandler : IMessageHandler
    {
        public ValueTask HandleAsync(AsyncMessage message, CancellationToken cancellationToken) => default;
    }
}
