using FireAndForget.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of a host.</summary>
public static class FireAndForgetHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of the host that <see cref="FireAndForgetServiceCollectionExtensions.AddFireAndForget"/> adds: degraded where a
    /// component has stopped or is restarted often, unhealthy where the host has not started or has stopped. Its data says which.
    /// </summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="name">The check's name. Default <c>fire-and-forget</c>.</param>
    /// <param name="configure">Sets when restarts are too many; null: the defaults.</param>
    /// <param name="failureStatus">The status that is reported in place of unhealthy; null: unhealthy.</param>
    /// <param name="tags">The check's tags; null: none.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">The builder or the name is null.</exception>
    public static IHealthChecksBuilder AddFireAndForget(
        this IHealthChecksBuilder builder,
        string name = "fire-and-forget",
        Action<FireAndForgetHealthOptions>? configure = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        if (configure is not null)
        {
            builder.Services.Configure(name, configure);
        }

        // The whole service has one check, because it remembers the counts of earlier runs.
        FireAndForgetHealthCheck? check = null;
        return builder.Add(
            new(
                name,
                services => check ??= ActivatorUtilities.CreateInstance<FireAndForgetHealthCheck>(services),
                failureStatus,
                tags
            )
        );
    }
}
