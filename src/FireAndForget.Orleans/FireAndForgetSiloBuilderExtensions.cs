using FireAndForget;
using FireAndForget.Orleans;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Adds a messaging host to a silo.</summary>
public static class FireAndForgetSiloBuilderExtensions
{
    /// <summary>
    /// Adds a messaging host to the silo and joins it with those of the other silos: <see cref="IMessagingCluster"/> and
    /// <see cref="MessagingHost"/> are then among the services. Deployed components come back after a restart of all silos where the silo
    /// has a grain storage named <see cref="FireAndForgetClusterOptions.StorageName"/>.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets the options; null: the defaults.</param>
    /// <returns>The silo.</returns>
    /// <exception cref="ArgumentNullException">The builder is null.</exception>
    public static ISiloBuilder AddFireAndForget(
        this ISiloBuilder builder,
        Action<FireAndForgetClusterOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<FireAndForgetClusterOptions>().Configure(options => configure?.Invoke(options));
        builder.Services.AddTransient<IConfigurationValidator>(services => new Validator(
            services.GetRequiredService<IOptions<FireAndForgetClusterOptions>>().Value
        ));
        builder.Services.AddSingleton<LinkServiceClient>();
        builder.Services.AddSingleton<ClusterNode>();
        builder.Services.AddSingleton<IMessagingCluster>(services => services.GetRequiredService<ClusterNode>());
        builder.Services.AddSingleton(services => services.GetRequiredService<ClusterNode>().Host);
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services =>
            services.GetRequiredService<ClusterNode>()
        );
        builder.AddGrainService<LinkService>();
        return builder;
    }

    private sealed class Validator(FireAndForgetClusterOptions options) : IConfigurationValidator
    {
        public void ValidateConfiguration() => options.Validate();
    }
}
