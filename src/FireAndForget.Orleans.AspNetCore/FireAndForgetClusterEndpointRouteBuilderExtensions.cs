using FireAndForget.Orleans;
using FireAndForget.Orleans.AspNetCore;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the routes of <c>faf cluster</c>.</summary>
public static class FireAndForgetClusterEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the routes that <c>faf cluster</c> calls: <c>GET status</c>, <c>PUT wasm</c>, <c>POST components</c>, <c>move</c>,
    /// <c>remove</c> and <c>drain</c> under the pattern. A client that can reach them can run code in the cluster, within what a
    /// component may do. Only what the caller adds to the returned builder, such as <c>RequireAuthorization()</c>, restricts them.
    /// All but <c>status</c> require the header <c>X-FireAndForget</c>, which a form of another site cannot send.
    /// </summary>
    /// <param name="endpoints">The application, a silo with <c>AddFireAndForget</c>.</param>
    /// <param name="pattern">The path, such as <c>/cluster</c>.</param>
    /// <returns>The builder of all these routes.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">There is no <see cref="IMessagingCluster"/> among the application's services.</exception>
    public static IEndpointConventionBuilder MapFireAndForgetCluster(
        this IEndpointRouteBuilder endpoints,
        string pattern
    )
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ClusterRoutes routes = new(endpoints.ServiceProvider.GetRequiredService<IMessagingCluster>());
        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        group.MapGet("/status", routes.ShowStatusAsync);
        group.MapPut("/wasm", routes.StoreAsync);
        group.MapPost("/components", routes.DeployAsync);
        group.MapPost("/move", routes.MoveAsync);
        group.MapPost("/remove", routes.RemoveAsync);
        group.MapPost("/drain", routes.DrainAsync);
        return group;
    }
}
