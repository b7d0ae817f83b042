using Microsoft.Extensions.Configuration;

namespace FireAndForget.Hosting;

/// <summary>What a service's builder was told, before there is a host.</summary>
internal sealed class HostRegistration
{
    /// <summary>The configuration sections that options of the host are bound from.</summary>
    public List<IConfiguration> Sections { get; } = [];

    public List<Action<MessagingHostOptions>> Configurations { get; } = [];

    /// <summary>Functions that make the sets of components; each gets the folder that relative paths start at.</summary>
    public List<Func<string, ComponentSet>> Sets { get; } = [];

    public List<EndpointRegistration> Endpoints { get; } = [];
}

/// <summary>An endpoint to add.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Add">Adds it to a host; throws where an option is not valid.</param>
internal sealed record EndpointRegistration(string Id, Action<MessagingHost, IServiceProvider> Add);
