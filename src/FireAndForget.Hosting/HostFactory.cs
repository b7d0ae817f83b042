using FireAndForget.Wording;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FireAndForget.Hosting;

/// <summary>Makes a service's host with its endpoints. It can be injected before anything has started.</summary>
internal static class HostFactory
{
    /// <summary>Makes the host; its components are loaded when the service starts.</summary>
    /// <exception cref="OptionsValidationException">An option, component or endpoint of the service is wrong.</exception>
    public static MessagingHost Make(IServiceProvider services)
    {
        MessagingHost host = new(services.GetRequiredService<IOptions<MessagingHostOptions>>().Value);
        List<string> mistakes = [];
        foreach (EndpointRegistration endpoint in services.GetRequiredService<HostRegistration>().Endpoints)
        {
            try
            {
                endpoint.Add(host, services);
            }
            catch (ArgumentException e)
            {
                mistakes.Add($"Endpoint '{endpoint.Id}': {e.Message}");
            }
        }

        if (mistakes.Count == 0)
        {
            return host;
        }

        host.Dispose();
        throw new OptionsValidationException(
            nameof(MessagingEndpoint),
            typeof(MessagingEndpointOptions),
            mistakes.Select(PlainText.OneLine)
        );
    }

    /// <summary>Finds the endpoint to inject for a key.</summary>
    /// <exception cref="InvalidOperationException">There is none under that id.</exception>
    public static MessagingEndpoint FindEndpoint(IServiceProvider services, object? key)
    {
        MessagingHost host = services.GetRequiredService<MessagingHost>();
        return key is string id && host.TryGetEndpoint(id, out MessagingEndpoint? endpoint)
            ? endpoint
            : throw new InvalidOperationException(
                $"There is no endpoint '{key}'; there are {string.Join(", ", host.Endpoints.Select(e => $"'{e.Id}'").Order())}. "
                    + "Add it with AddEndpoint."
            );
    }

    /// <summary>The folder of relative paths.</summary>
    public static string RootOf(IServiceProvider services) =>
        services.GetService<IHostEnvironment>()?.ContentRootPath ?? Environment.CurrentDirectory;

    public static IEnumerable<HostOptionsSetup> SetupsOf(IServiceProvider services) =>
        services.GetServices<IConfigureOptions<MessagingHostOptions>>().OfType<HostOptionsSetup>();
}
