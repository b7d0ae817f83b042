using FireAndForget.Messages;

namespace FireAndForget;

/// <summary>A component of a topology.</summary>
public sealed class TopologyComponent
{
    /// <summary>A component of a topology that is built in code.</summary>
    /// <param name="id">Its id: 1 to 128 characters of a-z, 0-9, '-', '_', '.', '/', starting with a letter or digit.</param>
    /// <param name="source">Where its WebAssembly comes from. Components with the same source read and compile it once.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults. A host checks them when it takes them.</param>
    /// <exception cref="ArgumentException">The id is not valid.</exception>
    /// <exception cref="ArgumentNullException">The id or the source is null.</exception>
    public TopologyComponent(string id, ComponentSource source, ComponentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Id = MessageId.Check(id, nameof(id));
        Source = source;
        Options = options ?? new();
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Where its WebAssembly comes from: for a topology file, a path found from that file's folder.</summary>
    public ComponentSource Source { get; }

    /// <summary>What it may do, accepts and may use. It may be changed until the topology is added to a host, which copies it.</summary>
    public ComponentOptions Options { get; }
}
