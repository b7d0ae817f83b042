using System.Text;
using FireAndForget.Messages;
using FireAndForget.Sources;
using FireAndForget.Topologies;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// Which components and endpoints belong together: read from a topology file, which is JSON with comments and trailing commas
/// allowed, or built in code. <see cref="MessagingHost.AddTopology"/> loads it into a host.
/// </summary>
/// <example>
/// As a file:
/// <code>
/// {
///   "components": [ { "id": "mirror", "path": "c-mirror.wasm", "sends-to": ["client"] } ],
///   "endpoints": ["client"]
/// }
/// </code>
/// In code:
/// <code>
/// Topology topology = new(
///     [new("mirror", ComponentSource.FromFile("c-mirror.wasm"), new() { SendsTo = ["client"] })],
///     ["client"]
/// );
/// </code>
/// </example>
public sealed class Topology
{
    /// <summary>The most bytes of a file: a hundred thousand components need less.</summary>
    private const int MostFileBytes = 64 << 20;

    /// <summary>A topology that is built in code.</summary>
    /// <param name="components">The components.</param>
    /// <param name="endpoints">The ids of the endpoints, receivers and senders on the .NET side; null: none.</param>
    /// <exception cref="ArgumentNullException">The components are null, or one of the parts is.</exception>
    /// <exception cref="ArgumentException">An endpoint's id is not valid, or two parts have the same id.</exception>
    public Topology(IEnumerable<TopologyComponent> components, IEnumerable<string>? endpoints = null)
    {
        ArgumentNullException.ThrowIfNull(components);
        Components = [.. components];
        Endpoints = [.. endpoints ?? []];
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (TopologyComponent component in Components)
        {
            ArgumentNullException.ThrowIfNull(component, nameof(components));
            CheckFirst(ids, component.Id, nameof(components));
        }

        foreach (string endpoint in Endpoints)
        {
            CheckFirst(ids, MessageId.Check(endpoint, nameof(endpoints)), nameof(endpoints));
        }
    }

    /// <summary>The components, in the order in which they were given.</summary>
    public IReadOnlyList<TopologyComponent> Components { get; }

    /// <summary>The ids of the endpoints, receivers and senders on the .NET side, in the order in which they were given.</summary>
    public IReadOnlyList<string> Endpoints { get; }

    /// <summary>
    /// The topics to which endpoints subscribe, by the endpoints' ids, as names or prefixes followed by <c>*</c>. Default empty. What is
    /// no pattern, and an id that is none of <see cref="Endpoints"/>, is refused when a host takes the topology.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Subscriptions
    {
        get;
        init =>
            field = Check
                .NotNull(value)
                .ToDictionary(s => s.Key, s => (IReadOnlyList<string>)[.. s.Value], StringComparer.Ordinal);
    } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// What is allowed in a file and should be known, each with the file, line and column: a path that leads out of the topology's
    /// folder. Usually empty.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>Reads a topology file. The components' files are found from its folder, and not read yet.</summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The topology.</returns>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file is missing, cannot be read or has more than 64 MiB.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="TopologyException">The file is not a topology; it says all that is wrong, and where.</exception>
    public static Topology Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TopologyReader.Read(BoundedFile.Read(path, MostFileBytes), path, Path.GetDirectoryName(path) ?? "");
    }

    /// <summary>Reads a topology from its text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="baseFolder">The folder from which the components' files are found; empty: the current one.</param>
    /// <returns>The topology.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="TopologyException">The text is not a topology; it says all that is wrong, and where.</exception>
    public static Topology Parse(string json, string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(baseFolder);
        return TopologyReader.Read(Encoding.UTF8.GetBytes(json), "the topology", baseFolder);
    }

    private static void CheckFirst(HashSet<string> ids, string id, string parameter)
    {
        if (!ids.Add(id))
        {
            throw new ArgumentException($"'{id}' is the id of two parts; give each part an id of its own.", parameter);
        }
    }
}
