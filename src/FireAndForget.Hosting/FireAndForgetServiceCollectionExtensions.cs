using FireAndForget;
using FireAndForget.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a host of WebAssembly components to a service.</summary>
public static class FireAndForgetServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="MessagingHost"/> that starts before the service's other parts and stops after them. The host can be injected,
    /// and its endpoints by their ids, as <see cref="MessagingEndpoint"/> and as <see cref="IMessageSender"/>:
    /// <c>[FromKeyedServices("orders")] IMessageSender orders</c>.
    /// </summary>
    /// <param name="services">The service's collection.</param>
    /// <param name="configure">Configures the host. If this is called several times, all calls configure the same host.</param>
    /// <returns>The collection.</returns>
    /// <remarks>
    /// What is wrong with options, components and endpoints is an <see cref="OptionsValidationException"/> when the service starts, which
    /// tells all mistakes at once.
    /// </remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddFireAndForget(
        this IServiceCollection services,
        Action<FireAndForgetBuilder> configure
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        configure(new(services, RegistrationOf(services)));
        return services;
    }

    private static HostRegistration RegistrationOf(IServiceCollection services)
    {
        if (
            services.FirstOrDefault(s => s.ServiceType == typeof(HostRegistration))?.ImplementationInstance
            is HostRegistration known
        )
        {
            return known;
        }

        HostRegistration registration = new();
        services.AddSingleton(registration);
        services.AddOptions<MessagingHostOptions>();
        services.AddSingleton<IConfigureOptions<MessagingHostOptions>, HostOptionsSetup>();
        services.AddSingleton<IValidateOptions<MessagingHostOptions>, HostOptionsValidation>();
        services.AddSingleton(HostFactory.Make);
        services.AddSingleton<ComponentKeeper>();
        services.AddSingleton<HostState>();
        services.AddKeyedTransient<MessagingEndpoint>(KeyedService.AnyKey, HostFactory.FindEndpoint);
        services.AddKeyedTransient<IMessageSender>(KeyedService.AnyKey, HostFactory.FindEndpoint);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HostService>());
        return registration;
    }
}
