namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>What the decoder keeps of a core module: how it is wired and what it takes.</summary>
internal sealed class CoreModule
{
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public List<CoreImport> Imports { get; } = [];

    public OrderedDictionary<string, CoreExternal> Exports { get; } = [];

    public List<CoreLimits> Memories { get; } = [];

    public List<CoreLimits> Tables { get; } = [];

    /// <summary>Whether it has types of structs or arrays: objects that the engine collects.</summary>
    public bool MakesObjects { get; set; }

    /// <summary>
    /// Whether it needs a heap of such objects. Exceptions are objects too, and for a table that can hold any the engine makes a
    /// heap, used or not.
    /// </summary>
    public bool HasHeap { get; set; }

    /// <summary>What an instance of it takes of the host, as <see cref="InstanceCost"/> counts.</summary>
    public long HostBytes { get; set; }

    /// <summary>Whether it has a start function.</summary>
    public bool HasStart { get; set; }

    /// <summary>
    /// What is unusual about a memory of it, imported or its own ("a 64-bit memory"); null where nothing is.
    /// </summary>
    public string? UnusualMemory { get; set; }
}
