using FireAndForget;
using FireAndForget.AspNetCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps a page that shows what a host does.</summary>
public static class FireAndForgetEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a page that shows the service's host live, and the same as JSON (<c>PATTERN/state</c>) and as server-sent events
    /// (<c>PATTERN/events</c>, once a second). It shows ids, counts, reasons and the lines of the service's log about a component, what its
    /// guest writes among them, and no message. Nobody is kept from it but by what the
    /// caller adds to the returned builder, such as <c>RequireAuthorization()</c>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path, such as <c>/faf</c>.</param>
    /// <param name="configure">Says what may be done from there; null: nothing, it only shows.</param>
    /// <returns>The builder of all these routes.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">There is no <see cref="MessagingHost"/> among the application's services.</exception>
    public static IEndpointConventionBuilder MapFireAndForget(
        this IEndpointRouteBuilder endpoints,
        string pattern,
        Action<FireAndForgetPageOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        FireAndForgetPageOptions options = new();
        configure?.Invoke(options);

        MessagingHost host = endpoints.ServiceProvider.GetRequiredService<MessagingHost>();
        LogLines log = new();
        endpoints.ServiceProvider.GetService<ILoggerFactory>()?.AddProvider(log);
        LiveState live = new(host, new(host, hasActions: options.ActionsPolicy is not null));
        ParticipantPage participant = new(host, log);
        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        group.MapGet("/", PageFiles.ServeIndex);
        group.MapGet("/page.js", PageFiles.ServeScript);
        group.MapGet("/page.css", PageFiles.ServeStyle);
        group.MapGet("/state", live.WriteAsync);
        group.MapGet("/events", live.StreamAsync);
        group.MapGet("/participant", participant.WriteAsync);
        if (options.ActionsPolicy is { } policy)
        {
            HostActions actions = new(host);
            group.MapPost("/revoke", actions.RevokeAsync).RequireAuthorization(policy);
            group.MapPost("/remove", actions.RemoveAsync).RequireAuthorization(policy);
            group.MapPost("/restart", actions.RestartAsync).RequireAuthorization(policy);
            group.MapPost("/replace", actions.ReplaceAsync).RequireAuthorization(policy);
        }

        return group;
    }
}
