namespace FireAndForget.Guests.Decoding;

/// <summary>What the decoder keeps of a core module: how it is wired and what it takes.</summary>
internal sealed class CoreModule(CoreTypes types)
{
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Where it starts in the guest's bytes.</summary>
    public required int Offset { get; init; }

    public CoreTypes Types { get; } = types;

    public List<CoreImport> Imports { get; } = [];

    public OrderedDictionary<string, CoreExternal> Exports { get; set; } = [];

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

    /// <summary>
    /// Whether it has the custom section in which wit-bindgen and other tools note the component that it is meant to become the
    /// core of.
    /// </summary>
    public bool HasComponentType { get; set; }

    /// <summary>The exported functions that do nothing but trap, by their names.</summary>
    public HashSet<string> TrappingExports { get; } = [];

    /// <summary>Whether it has a start function.</summary>
    public bool HasStart { get; set; }

    /// <summary>Whether Wasmtime's C API can list all imports and exports; else making the module would end the process.</summary>
    public bool IsListable { get; set; } = true;

    /// <summary>
    /// What is unusual about a memory of it, imported or its own ("a 64-bit memory"); null where nothing is.
    /// </summary>
    public string? UnusualMemory { get; set; }

    /// <summary>The type of a function that it imports or exports, in words; empty for anything else.</summary>
    public string FunctionType(CoreExternal external) =>
        external.Sort == CoreSort.Function ? Types.Describe(external.Place) : "";

    /// <summary>The first import or export that cannot be listed, in words: "imports the global a.b of type anyref".</summary>
    public string DescribeUnlistable()
    {
        foreach (CoreImport import in Imports)
        {
            if (!import.External.IsListable)
            {
                return Describe(
                    "imports",
                    $"{GuestText.Quote(import.Module)}.{GuestText.Quote(import.Name)}",
                    import.External
                );
            }
        }

        (string name, CoreExternal external) = Exports.First(export => !export.Value.IsListable);
        return Describe("exports", GuestText.Quote(name), external);
    }

    private string Describe(string does, string name, CoreExternal external)
    {
        string sort = external.Sort.ToString().ToLowerInvariant();
        string type = external.Sort switch
        {
            CoreSort.Function or CoreSort.Tag => Types.Describe(external.Place),
            _ when Types.ValueAt(external.Place) is { IsListable: false } value => value.ToString(),
            _ => "more than 2^32 elements",
        };
        return $"{does} the {sort} {name} of type {type}";
    }
}

/// <summary>An import of a core module.</summary>
internal readonly record struct CoreImport(string Module, string Name, CoreExternal External)
{
    public CoreSort Sort => External.Sort;
}

/// <summary>What a core module imports or exports.</summary>
/// <param name="Sort">What it is.</param>
/// <param name="Place">
/// A function's or a tag's type, by its number in the module; a table's or global's, by its place in the binary; -1 for a memory.
/// </param>
/// <param name="IsListable">Whether Wasmtime's C API can list it, see <see cref="CoreValueType.IsListable"/>.</param>
internal readonly record struct CoreExternal(CoreSort Sort, int Place, bool IsListable);

/// <summary>
/// The size with which a memory or table starts and the one up to which it may grow; null where it sets none.
/// </summary>
internal readonly record struct CoreLimits(ulong Minimum, ulong? Maximum);
