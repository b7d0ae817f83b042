using FireAndForget;
using FireAndForget.AspNetCore;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps a page that shows what a host does.</summary>
public static class FireAndForgetEndpointRouteBuilderExtensions
{
    /// <summary>By this ASP.NET's routing sees that the authorization middleware has seen a request's route.</summary>
    private const string AuthorizationHasRun = "__AuthorizationMiddlewareWithEndpointInvoked";

    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

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
    /// <exception cref="InvalidOperationException">
    /// There is no <see cref="MessagingHost"/> among the application's services, or no authorization policy of the name in
    /// <see cref="FireAndForgetPageOptions.ActionsPolicy"/>.
    /// </exception>
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
        CheckPolicy(endpoints.ServiceProvider, options.ActionsPolicy);

        MessagingHost host = endpoints.ServiceProvider.GetRequiredService<MessagingHost>();
        LogLines log = new(id => host.TryGetComponent(id, out _) || host.TryGetEndpoint(id, out _));
        endpoints.ServiceProvider.GetService<ILoggerFactory>()?.AddProvider(log);
        LiveState live = new(host, new(host, hasActions: options.ActionsPolicy is not null));
        ParticipantPage participant = new(host, log);
        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        group.MapMethods("/", GetOrHead, options.ActionsPolicy is null ? PageFiles.ServeIndex : ServeWithActionsAsync);
        group.MapMethods("/page.js", GetOrHead, PageFiles.ServeScript);
        group.MapMethods("/participant.js", GetOrHead, PageFiles.ServeParticipantScript);
        group.MapMethods("/page.css", GetOrHead, PageFiles.ServeStyle);
        group.MapMethods("/state", GetOrHead, live.WriteAsync);
        group.MapMethods("/participant", GetOrHead, participant.WriteAsync);
        // It has no end, so it is no answer to HEAD.
        group.MapGet("/events", live.StreamAsync);
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

    /// <summary>
    /// Serves the page with actions where those can be authorized. Without the middleware ASP.NET fails each of them, which nobody would
    /// see before the first.
    /// </summary>
    private static Task ServeWithActionsAsync(HttpContext context)
    {
        if (context.Items.ContainsKey(AuthorizationHasRun))
        {
            return PageFiles.ServeIndex(context);
        }

        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        PageFiles.SetHeaders(context, "text/plain; charset=utf-8");
        return context.Response.WriteAsync(
            $"{nameof(FireAndForgetPageOptions.ActionsPolicy)} is set, and nothing checks it, so that every action would fail: call "
                + "app.UseAuthorization() behind app.UseRouting() and app.UseAuthentication(), before the page's routes.",
            context.RequestAborted
        );
    }

    /// <summary>Finds a wrong name when the application starts; the first action would, with an answer that tells nobody what is wrong.</summary>
    private static void CheckPolicy(IServiceProvider services, string? name)
    {
        if (name is null)
        {
            return;
        }

        using IServiceScope scope = services.CreateScope();
        IAuthorizationPolicyProvider? policies = scope.ServiceProvider.GetService<IAuthorizationPolicyProvider>();
        if (policies?.GetPolicyAsync(name).GetAwaiter().GetResult() is null)
        {
            throw new InvalidOperationException(
                $"{nameof(FireAndForgetPageOptions.ActionsPolicy)}: there is no authorization policy '{name}'; add it with "
                    + $"services.AddAuthorizationBuilder().AddPolicy(\"{name}\", ...), or name one that is there."
            );
        }
    }
}
