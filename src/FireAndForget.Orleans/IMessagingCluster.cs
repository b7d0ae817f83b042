using Orleans.Runtime;

namespace FireAndForget.Orleans;

/// <summary>
/// The cluster, as one of its silos sees it: an id is unique in it, and a message finds it wherever it runs. All members may be used from
/// any thread, once the silo has started.
/// </summary>
/// <example>
/// <code>
/// builder.UseOrleans(silo => silo.UseLocalhostClustering().AddFireAndForget());
/// IMessagingCluster cluster = host.Services.GetRequiredService&lt;IMessagingCluster&gt;();
/// string version = await cluster.StoreAsync(wasm);
/// await cluster.DeployAsync("mirror", version, new() { SendsTo = ["client"] });
/// MessagingEndpoint client = await cluster.AddEndpointAsync("client", message => Console.WriteLine(message.Sender));
/// SendStatus status = client.Send("mirror", "hello"u8);
/// </code>
/// </example>
public interface IMessagingCluster
{
    /// <summary>
    /// The host of this silo. Its statistics count all messages that pass it, also those that came from other silos, which count
    /// them too. What is added through this object's own members is not known to other silos.
    /// </summary>
    MessagingHost Host { get; }

    /// <summary>This silo.</summary>
    SiloAddress Silo { get; }

    /// <summary>Keeps a component's WebAssembly where every silo finds it, under its content address.</summary>
    /// <param name="wasm">A component or core module, binary.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Its version: the SHA-256 of the bytes, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="ArgumentException">It is no WebAssembly.</exception>
    Task<string> StoreAsync(ReadOnlyMemory<byte> wasm, CancellationToken cancellationToken = default);

    /// <summary>
    /// Brings a component up: on the silo that <see cref="ComponentOptions.Placement"/> names, else where Orleans places it. Where the id
    /// runs already it is replaced by this version where it is, between two messages. Where that fails, all is as before.
    /// </summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="version">What <see cref="StoreAsync"/> gave.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults, with which it may send to nobody.</param>
    /// <returns>A task that ends when every silo that lives can send to it.</returns>
    /// <exception cref="ArgumentException">The id is not valid or belongs to an endpoint, nothing is stored under the version, or an option is not valid.</exception>
    /// <exception cref="ComponentLoadException">It cannot be hosted, or failed while it was instantiated.</exception>
    Task DeployAsync(string id, string version, ComponentOptions? options = null);

    /// <summary>Registers an endpoint with this silo: a sender, and with a handler a receiver, for the whole cluster.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="handler">Called on this silo for each message to it, one at a time and in order; null: nobody may send to it.</param>
    /// <param name="options">What it accepts; null: the defaults.</param>
    /// <returns>The endpoint, when every silo that lives can send to it.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken in the cluster, or an option is not valid.</exception>
    Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    );

    /// <summary>Registers an endpoint with an asynchronous handler with this silo, for the whole cluster.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="handler">Called on this silo for each message to it.</param>
    /// <param name="options">What it accepts, and how its handler is called; null: the defaults.</param>
    /// <returns>The endpoint, when every silo that lives can send to it.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken in the cluster, or an option is not valid.</exception>
    Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        AsyncMessageHandler handler,
        MessagingEndpointOptions? options = null
    );

    /// <summary>Registers an endpoint whose handler answers requests with this silo, for the whole cluster.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="answering">Answers each request to it, on this silo.</param>
    /// <param name="handler">Called for each message to it that is no request; null: those are <see cref="Outcome.Rejected"/>.</param>
    /// <param name="options">What it accepts; null: the defaults.</param>
    /// <returns>The endpoint, when every silo that lives can send to it.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken in the cluster, or an option is not valid.</exception>
    Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        RequestHandler answering,
        MessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    );

    /// <summary>Registers an endpoint that answers requests asynchronously with this silo, for the whole cluster.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="answering">Answers each request to it, on this silo.</param>
    /// <param name="handler">Called for each message to it that is no request; null: those are <see cref="Outcome.Rejected"/>.</param>
    /// <param name="options">What it accepts, and how its handlers are called; null: the defaults.</param>
    /// <returns>The endpoint, when every silo that lives can send to it.</returns>
    /// <exception cref="ArgumentException">The id is not valid or is taken in the cluster, or an option is not valid.</exception>
    Task<MessagingEndpoint> AddEndpointAsync(
        string id,
        AsyncRequestHandler answering,
        AsyncMessageHandler? handler = null,
        MessagingEndpointOptions? options = null
    );

    /// <summary>
    /// Moves a component to another silo, between two messages: nothing is lost, and each sender's messages stay in order. Its guest is a
    /// fresh instance there. Where it fails, the component stays where it was.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="silo">The silo.</param>
    /// <returns>A task that ends when it runs there.</returns>
    /// <exception cref="ArgumentException">No component has the id, or there is no such silo.</exception>
    /// <exception cref="ComponentLoadException">It cannot be loaded there.</exception>
    /// <exception cref="TimeoutException">What waits for it was not handled within <see cref="FireAndForgetClusterOptions.MoveTimeout"/>.</exception>
    Task MoveAsync(string id, SiloAddress silo);

    /// <summary>
    /// Moves a component to the silo with a name or address, as <see cref="MoveAsync(string, SiloAddress)"/> does.
    /// </summary>
    /// <param name="id">The component's id.</param>
    /// <param name="silo">The silo's name, or its address as <see cref="ClusterHostStatus.Address"/> has it.</param>
    /// <returns>A task that ends when it runs there.</returns>
    /// <exception cref="ArgumentException">No component has the id, or there is no such silo.</exception>
    /// <exception cref="ComponentLoadException">It cannot be loaded there.</exception>
    /// <exception cref="TimeoutException">What waits for it was not handled within <see cref="FireAndForgetClusterOptions.MoveTimeout"/>.</exception>
    Task MoveAsync(string id, string silo);

    /// <summary>Removes a component or endpoint, wherever it is: what waits for it becomes <see cref="Outcome.Undeliverable"/>.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveAsync(string id);

    /// <summary>Gives a component or endpoint one more capability, wherever it is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="capability">Whether it concerns what that one sends or what it receives.</param>
    /// <param name="pattern">Who is meant: an id, or a prefix of ids followed by <c>*</c>.</param>
    /// <returns>False where exactly this pattern was granted before. The task ends when every silo that lives decides with it.</returns>
    /// <exception cref="ArgumentException">Nothing has the id, or the pattern is not valid.</exception>
    Task<bool> GrantAsync(string id, Capability capability, string pattern);

    /// <summary>Takes a capability away, wherever the component or endpoint is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="capability">Whether it concerns what that one sends or what it receives.</param>
    /// <param name="pattern">The pattern as it was granted.</param>
    /// <returns>False where exactly this pattern was not granted. The task ends when every silo that lives decides without it.</returns>
    /// <exception cref="ArgumentException">Nothing has the id, or the pattern is not valid.</exception>
    Task<bool> RevokeAsync(string id, Capability capability, string pattern);

    /// <summary>The silo that hosts an id, by what this silo knows.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The silo; null: none does.</returns>
    SiloAddress? FindHost(string id);

    /// <summary>Moves all components of a silo to others, so that it can be stopped. Endpoints stay.</summary>
    /// <param name="silo">The silo's name or address.</param>
    /// <returns>How many components were moved.</returns>
    /// <exception cref="ArgumentException">There is no such silo, or no other.</exception>
    /// <exception cref="TimeoutException">A component could not be moved in time; those before it were moved.</exception>
    Task<int> DrainAsync(string silo);

    /// <summary>
    /// Every silo with its components and counts. Each message is counted once, by the silo where it was sent, so that the counts add up
    /// to those of the cluster. One that does not answer has no counts.
    /// </summary>
    /// <returns>The silos, by name.</returns>
    Task<IReadOnlyList<ClusterHostStatus>> GetStatusAsync();
}
