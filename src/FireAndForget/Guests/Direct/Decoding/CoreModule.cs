namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>What the decoder keeps of a core module: how it is wired and what it takes.</summary>
internal sealed class CoreModule
{
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    public List<CoreImport> Imports { get; } = [];

    public OrderedDictionary<string, CoreExternal> Exports { get; } = [];

    public List<CoreLimits> Memories { get; } = [];

    public List<CoreLimits> Tables { get; } = [];

    /// <summary>Whether it has a start function.</summary>
    public bool HasStart { get; set; }

    /// <summary>
    /// What is unusual about a memory of it, imported or its own ("a 64-bit memory"); null where nothing is.
    /// </summary>
    public string? UnusualMemory { get; set; }
}
