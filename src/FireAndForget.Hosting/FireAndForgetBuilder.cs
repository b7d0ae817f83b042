using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FireAndForget.Hosting;

/// <summary>
/// Configures a service's host: its options, components and endpoints. Relative paths start at the service's content root.
/// </summary>
public sealed class FireAndForgetBuilder
{
    private readonly HostRegistration _registration;

    internal FireAndForgetBuilder(IServiceCollection services, HostRegistration registration)
    {
        Services = services;
        _registration = registration;
    }

    /// <summary>The service's collection.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Takes the host's options from configuration, such as <c>Workers</c>, and with <c>components</c> and <c>endpoints</c> what a
    /// topology file has, in its words (<c>sends-to</c>, or <c>SendsTo</c>). When the configuration changes, components are added,
    /// changed and removed as it says; options of the host itself hold until the service starts again.
    /// </summary>
    /// <param name="configuration">A section, such as <c>configuration.GetSection("FireAndForget")</c>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException">The configuration is null.</exception>
    public FireAndForgetBuilder Bind(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _registration.Sections.Add(configuration);
        _registration.Sets.Add(root => new ConfigurationSet(configuration, root));
        return this;
    }

    /// <summary>Sets options of the host in code, after what is bound from configuration.</summary>
    /// <param name="configure">Sets the options.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException">The delegate is null.</exception>
    public FireAndForgetBuilder Configure(Action<MessagingHostOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _registration.Configurations.Add(configure);
        return this;
    }

    /// <summary>Adds the components of a topology file. Each of its endpoints needs a handler from here.</summary>
    /// <param name="path">The topology file.</param>
    /// <param name="reload">
    /// Whether the file is watched: when it changes, components are added, changed and removed as it says; where it is wrong, what
    /// runs goes on, and the log says why.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    public FireAndForgetBuilder AddTopology(string path, bool reload = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _registration.Sets.Add(root => new TopologyFileSet(Path.Combine(root, path), reload));
        return this;
    }

    /// <summary>
    /// Adds every <c>.wasm</c> and <c>.wat</c> file of a folder as a component, whose id is the file's name without its extension, in
    /// lower case. The folder is watched: a new file is added, a changed one replaces its component between two messages, and that
    /// of a deleted one is removed. Where a new version cannot be loaded the old one goes on, and the log says why. Empty files, pipes
    /// and devices are not opened.
    /// </summary>
    /// <param name="folder">The folder, which has to be there.</param>
    /// <param name="configure">Says what the components may do; null: they may send to nobody.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The folder is null or empty.</exception>
    public FireAndForgetBuilder AddPlugins(string folder, Action<PluginFolderOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        PluginFolderOptions options = new();
        configure?.Invoke(options);
        _registration.Sets.Add(root => new PluginFolderSet(Path.Combine(root, folder), options));
        return this;
    }

    /// <summary>Adds a component from a file.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="path">A component or core module, <c>.wasm</c> or <c>.wat</c>.</param>
    /// <param name="configure">Sets its options; null: the defaults, with which it may send to nobody.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id or the path is null or empty.</exception>
    public FireAndForgetBuilder AddComponent(string id, string path, Action<ComponentOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentException.ThrowIfNullOrEmpty(path);
        _registration.Sets.Add(root =>
        {
            string file = Path.Combine(root, path);
            return new SingleComponentSet(id, ComponentSource.FromFile(file), configure, file);
        });
        return this;
    }

    /// <summary>Adds a component.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="source">Where its WebAssembly comes from.</param>
    /// <param name="configure">Sets its options; null: the defaults, with which it may send to nobody.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is null or empty, or the source is null.</exception>
    public FireAndForgetBuilder AddComponent(
        string id,
        ComponentSource source,
        Action<ComponentOptions>? configure = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(source);
        _registration.Sets.Add(_ => new SingleComponentSet(id, source, configure));
        return this;
    }

    /// <summary>Adds an endpoint that only sends.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is null or empty.</exception>
    public FireAndForgetBuilder AddEndpoint(string id) => AddEndpoint(id, null, (host, _, _) => host.AddEndpoint(id));

    /// <summary>Adds an endpoint whose handler comes from the container, with a scope for each message.</summary>
    /// <typeparam name="THandler">The handler; it is added as a scoped service where it is none yet.</typeparam>
    /// <param name="id">Its id.</param>
    /// <param name="configure">Sets what it accepts, and how its handler is called; null: the defaults.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is null or empty.</exception>
    public FireAndForgetBuilder AddEndpoint<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler
    >(string id, Action<MessagingEndpointOptions>? configure = null)
        where THandler : class, IMessageHandler
    {
        Services.TryAddScoped<THandler>();
        return AddEndpoint(
            id,
            configure,
            (host, options, services) =>
            {
                IServiceScopeFactory scopes = services.GetRequiredService<IServiceScopeFactory>();
                return host.AddEndpoint(
                    id,
                    async (message, cancellationToken) =>
                    {
                        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
                        await scope
                            .ServiceProvider.GetRequiredService<THandler>()
                            .HandleAsync(message, cancellationToken)
                            .ConfigureAwait(false);
                    },
                    options
                );
            }
        );
    }

    /// <summary>Adds an endpoint with an asynchronous handler.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="handler">Called for each message to it.</param>
    /// <param name="configure">Sets what it accepts, and how its handler is called; null: the defaults.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is null or empty, or the handler is null.</exception>
    public FireAndForgetBuilder AddEndpoint(
        string id,
        AsyncMessageHandler handler,
        Action<MessagingEndpointOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddEndpoint(id, configure, (host, options, _) => host.AddEndpoint(id, handler, options));
    }

    /// <summary>Adds an endpoint with a synchronous handler, which is called on a worker and must not block it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="handler">Called for each message to it.</param>
    /// <param name="configure">Sets what it accepts; null: the defaults.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is null or empty, or the handler is null.</exception>
    public FireAndForgetBuilder AddEndpoint(
        string id,
        MessageHandler handler,
        Action<MessagingEndpointOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddEndpoint(id, configure, (host, options, _) => host.AddEndpoint(id, handler, options));
    }

    /// <summary>Adds an endpoint that answers requests on a worker, which it must not block, and may handle messages too.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="answering">Answers each request to it.</param>
    /// <param name="handler">Called for each message to it that is no request; null: those are <see cref="Outcome.Rejected"/>.</param>
    /// <param name="configure">Sets what it accepts; null: the defaults.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is null or empty, or the handler of requests is null.</exception>
    public FireAndForgetBuilder AddEndpoint(
        string id,
        RequestHandler answering,
        MessageHandler? handler = null,
        Action<MessagingEndpointOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(answering);
        return AddEndpoint(id, configure, (host, options, _) => host.AddEndpoint(id, answering, handler, options));
    }

    /// <summary>Adds an endpoint that answers requests asynchronously, and may handle messages too.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="answering">Answers each request to it.</param>
    /// <param name="handler">Called for each message to it that is no request; null: those are <see cref="Outcome.Rejected"/>.</param>
    /// <param name="configure">Sets what it accepts, and how its handlers are called; null: the defaults.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is null or empty, or the handler of requests is null.</exception>
    public FireAndForgetBuilder AddEndpoint(
        string id,
        AsyncRequestHandler answering,
        AsyncMessageHandler? handler = null,
        Action<MessagingEndpointOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(answering);
        return AddEndpoint(id, configure, (host, options, _) => host.AddEndpoint(id, answering, handler, options));
    }

    private FireAndForgetBuilder AddEndpoint(
        string id,
        Action<MessagingEndpointOptions>? configure,
        Func<MessagingHost, MessagingEndpointOptions, IServiceProvider, MessagingEndpoint> add
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        _registration.Endpoints.Add(
            new(
                id,
                (host, services) =>
                {
                    MessagingEndpointOptions options = new();
                    configure?.Invoke(options);
                    add(host, options, services);
                }
            )
        );
        return this;
    }
}
