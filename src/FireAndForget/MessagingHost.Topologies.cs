using FireAndForget.Components;
using FireAndForget.Messages;

namespace FireAndForget;

// Topologies: adding their components and endpoints together.
public sealed partial class MessagingHost
{
    /// <summary>
    /// Loads all components of a topology and registers them together with its endpoints. Nothing is registered before
    /// everything is loaded; where something fails, the host is as before.
    /// </summary>
    /// <param name="topology">The topology.</param>
    /// <param name="handler">
    /// Called with an endpoint's id for each message to it: for one endpoint one at a time and in order, for several at once.
    /// </param>
    /// <param name="endpointOptions">What each endpoint accepts; null: the defaults.</param>
    /// <returns>The endpoints by their ids.</returns>
    /// <exception cref="ArgumentNullException">The topology or the handler is null.</exception>
    /// <exception cref="ArgumentException">An id is taken, or an option is not valid.</exception>
    /// <exception cref="ComponentLoadException">
    /// A component's file cannot be read or hosted, or failed while it was instantiated: the first of the topology that did.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    public IReadOnlyDictionary<string, MessagingEndpoint> AddTopology(
        Topology topology,
        Action<string, ReceivedMessage> handler,
        MessagingEndpointOptions? endpointOptions = null
    ) => Add(topology, handler, CheckNew(topology, handler, endpointOptions), new());

    /// <summary>
    /// As <see cref="AddTopology"/>, on threads of the host: large guests may compile for seconds.
    /// </summary>
    /// <param name="topology">The topology.</param>
    /// <param name="handler">
    /// Called with an endpoint's id for each message to it: for one endpoint one at a time and in order, for several at once.
    /// </param>
    /// <param name="endpointOptions">What each endpoint accepts; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the waiting; nothing is registered then.</param>
    /// <returns>The endpoints by their ids.</returns>
    /// <exception cref="ArgumentNullException">The topology or the handler is null.</exception>
    /// <exception cref="ArgumentException">An id is taken, or an option is not valid.</exception>
    /// <exception cref="ComponentLoadException">
    /// A component's file cannot be read or hosted, or failed while it was instantiated: the first of the topology that did.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The host stops or has stopped.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before that.</exception>
    public Task<IReadOnlyDictionary<string, MessagingEndpoint>> AddTopologyAsync(
        Topology topology,
        Action<string, ReceivedMessage> handler,
        MessagingEndpointOptions? endpointOptions = null,
        CancellationToken cancellationToken = default
    )
    {
        (List<TopologyComponent>, MessagingEndpointOptions) own = CheckNew(topology, handler, endpointOptions);
        return LoadCommit.RunAsync<IReadOnlyDictionary<string, MessagingEndpoint>>(
            commit => Add(topology, handler, own, commit),
            cancellationToken
        );
    }

    /// <summary>Checks what is given for a topology.</summary>
    /// <returns>The host's own copies of the topology's components and of the endpoints' options.</returns>
    private (List<TopologyComponent> Components, MessagingEndpointOptions Endpoints) CheckNew(
        Topology topology,
        Action<string, ReceivedMessage> handler,
        MessagingEndpointOptions? endpointOptions
    )
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(handler);
        foreach (string id in topology.Components.Select(c => c.Id).Concat(topology.Endpoints))
        {
            CheckFree(id);
        }

        HashSet<string> endpoints = [.. topology.Endpoints];
        foreach ((string id, IReadOnlyList<string> patterns) in topology.Subscriptions)
        {
            CapabilityPattern.CheckAll(patterns, nameof(Topology.Subscriptions));
            if (!endpoints.Contains(id))
            {
                throw new ArgumentException(
                    $"{MessageId.Quote(id)} in {nameof(Topology.Subscriptions)} is none of the topology's endpoints; add it there, or take "
                        + "it out.",
                    nameof(topology)
                );
            }
        }

        return (
            [.. topology.Components.Select(c => new TopologyComponent(c.Id, c.Source, c.Options.Snapshot()))],
            (endpointOptions ?? new()).Snapshot()
        );
    }

    private Dictionary<string, MessagingEndpoint> Add(
        Topology topology,
        Action<string, ReceivedMessage> handler,
        (List<TopologyComponent> Components, MessagingEndpointOptions Endpoints) own,
        LoadCommit commit
    )
    {
        _host.Audit?.WarnOf(topology);
        List<ComponentReceiver> receivers = Load(() => _host.Factory.MakeAll(own.Components, commit));
        try
        {
            MessagingEndpoint[] endpoints =
            [
                .. topology.Endpoints.Select(id =>
                    MakeEndpoint(id, message => handler(id, message), null, OptionsOf(topology, id, own.Endpoints))
                ),
            ];
            Component[] components = [.. receivers.Select(receiver => new Component(this, receiver))];
            commit.Take();
            Register([.. components.Select(c => c.Receiver), .. endpoints.Select(e => e.Receiver)]);
            _host.Audit?.TopologyLoaded(topology);
            return endpoints.ToDictionary(e => e.Id);
        }
        catch
        {
            receivers.ForEach(receiver => receiver.Discard());
            throw;
        }
    }

    /// <summary>An endpoint's options, with the topics that the topology names for it.</summary>
    private static MessagingEndpointOptions OptionsOf(Topology topology, string id, MessagingEndpointOptions options) =>
        topology.Subscriptions.TryGetValue(id, out IReadOnlyList<string>? patterns) ? options.With(patterns) : options;
}
