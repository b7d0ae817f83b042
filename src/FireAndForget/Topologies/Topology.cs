using System.Text;
using FireAndForget.Sources;
using FireAndForget.Topologies;

namespace FireAndForget;

/// <summary>
/// Which components and endpoints belong together, read from a topology file: JSON, with comments and trailing commas
/// allowed. <see cref="MessagingHost.AddTopology"/> loads it into a host.
/// </summary>
/// <example>
/// <code>
/// {
///   "components": [ { "id": "mirror", "path": "c-mirror.wasm", "sends-to": ["client"] } ],
///   "endpoints": ["client"]
/// }
/// </code>
/// </example>
public sealed class Topology
{
    /// <summary>The most bytes of a file: a hundred thousand components need less.</summary>
    private const int MostFileBytes = 64 << 20;

    internal Topology(
        IReadOnlyList<TopologyComponent> components,
        IReadOnlyList<string> endpoints,
        IReadOnlyList<string> warnings
    )
    {
        Components = components;
        Endpoints = endpoints;
        Warnings = warnings;
    }

    /// <summary>The components, in the file's order.</summary>
    public IReadOnlyList<TopologyComponent> Components { get; }

    /// <summary>The ids of the endpoints, receivers and senders on the .NET side, in the file's order.</summary>
    public IReadOnlyList<string> Endpoints { get; }

    /// <summary>
    /// What is allowed and should be known, each with the file and line: a component's path that leads out of the topology's
    /// folder. Usually empty.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads a topology file. The components' files are found from its folder, and not read yet.</summary>
    /// <param name="path">The file's path.</param>
    /// <returns>The topology.</returns>
    /// <exception cref="ArgumentException">The path is null or empty.</exception>
    /// <exception cref="IOException">The file is missing, cannot be read or has more than 64 MiB.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="TopologyException">The file is not a topology; the message says at which line and why.</exception>
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
    /// <exception cref="TopologyException">The text is not a topology; the message says at which line and why.</exception>
    public static Topology Parse(string json, string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(baseFolder);
        return TopologyReader.Read(Encoding.UTF8.GetBytes(json), "the topology", baseFolder);
    }
}
