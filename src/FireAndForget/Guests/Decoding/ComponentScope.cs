namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The index spaces of a component, or of a component's or an instance's type, while it is read. Definitions refer to
/// earlier ones only, so each is resolved as it is read.
/// </summary>
internal sealed class ComponentScope
{
    // Engines agree on no bound; toolchains nest a handful.
    private const int DeepestNesting = 100;

    // Wasmtime's bound for one component; here it is that for all of a guest's, each of which takes time to check.
    private const int MostParts = 1_000;

    private readonly List<ComponentItem>?[] _items = new List<ComponentItem>?[6];
    private readonly List<CoreDefinition>?[] _core = new List<CoreDefinition>?[5];
    private readonly ComponentScope? _parent;
    private readonly int _depth;

    public ComponentScope(ComponentScope? parent, int offset)
    {
        _parent = parent;
        Modules = parent?.Modules ?? [];
        VersionedNames = parent?.VersionedNames ?? [];
        _depth = parent is null ? 0 : parent._depth + 1;
        if (_depth > DeepestNesting)
        {
            throw WasmReader.Unsupported($"components and types are nested more than {DeepestNesting} deep", offset);
        }
    }

    /// <summary>Whether this is the scope of the guest itself, and not of a component or type within it.</summary>
    public bool IsRoot => _parent is null;

    /// <summary>All core modules of the guest that are defined so far, those of nested components included.</summary>
    public List<CoreModule> Modules { get; }

    /// <summary>How many components the guest consists of so far; asked of its own scope.</summary>
    public int Components { get; private set; }

    /// <summary>The guest's own imports and exports whose version is kept apart, see <see cref="ExternName"/>.</summary>
    public List<VersionedName> VersionedNames { get; }

    public OrderedDictionary<string, ComponentExtern> Imports { get; } = [];

    /// <summary>What a component exports; a type has <see cref="ExportTypes"/>.</summary>
    public OrderedDictionary<string, ComponentItem> Exports { get; } = [];

    public OrderedDictionary<string, ComponentExtern> ExportTypes { get; } = [];

    public List<CoreInstance> CoreInstances { get; } = [];

    /// <summary>What it makes instances of, in the order in which it does.</summary>
    public List<Instantiation> Instantiations { get; } = [];

    public bool HasStart { get; set; }

    /// <summary>
    /// Whether the guest has async functions, streams or futures anywhere, if only as a type that nothing uses; asked of its own scope.
    /// </summary>
    public bool HasAsync { get; private set; }

    /// <summary>Counts one more component, or core module, of the guest.</summary>
    /// <exception cref="ComponentLoadException">There are too many of them.</exception>
    public void AddComponent(int offset) => Root.Components = Count(Root.Components, "components", offset);

    /// <inheritdoc cref="AddComponent"/>
    public void AddModule(CoreModule module, int offset)
    {
        Count(Modules.Count, "core modules", offset);
        Modules.Add(module);
    }

    public void Add(ComponentItem item)
    {
        if (
            item is ComponentType
            {
                Kind: ComponentTypeKind.Stream or ComponentTypeKind.Future or ComponentTypeKind.AsyncFunction
            }
        )
        {
            Root.HasAsync = true;
        }

        (_items[(int)item.Sort] ??= []).Add(item);
    }

    public void Add(CoreDefinition definition)
    {
        if (definition is CanonicalBuiltIn builtIn && AsyncPlanner.IsAsync(builtIn))
        {
            Root.HasAsync = true;
        }

        (_core[(int)definition.Sort] ??= []).Add(definition);
    }

    public ComponentItem At(ComponentSort sort, uint index, int offset) =>
        _items[(int)sort] is { } items && index < items.Count
            ? items[(int)index]
            : throw Missing(sort.ToString(), index, _items[(int)sort]?.Count ?? 0, offset);

    public CoreDefinition At(CoreSort sort, uint index, int offset) =>
        _core[(int)sort] is { } definitions && index < definitions.Count
            ? definitions[(int)index]
            : throw Missing($"core {sort}", index, _core[(int)sort]?.Count ?? 0, offset);

    public CoreInstance CoreInstanceAt(uint index, int offset) =>
        index < CoreInstances.Count
            ? CoreInstances[(int)index]
            : throw Missing("core instance", index, CoreInstances.Count, offset);

    public int CountOf(ComponentSort sort) => _items[(int)sort]?.Count ?? 0;

    /// <summary>The instances so far, by the names under which they are imported.</summary>
    public List<string?> ImportedInstances =>
        [.. (_items[(int)ComponentSort.Instance] ?? []).Select(item => ((ComponentInstance)item).ImportName)];

    public ComponentType TypeAt(uint index, int offset) => (ComponentType)At(ComponentSort.Type, index, offset);

    /// <summary>The scope a number of steps outwards; 0 is this one.</summary>
    public ComponentScope Outer(uint steps, int offset)
    {
        ComponentScope scope = this;
        for (uint left = steps; left > 0; left--)
        {
            scope = scope._parent ?? throw WasmReader.Damaged($"there are no {steps} scopes around this one", offset);
        }

        return scope;
    }

    private ComponentScope Root => _parent is null ? this : _parent.Root;

    private static int Count(int count, string what, int offset) =>
        count < MostParts
            ? count + 1
            : throw WasmReader.Unsupported($"it consists of more than {MostParts} {what}", offset);

    private static ComponentLoadException Missing(string what, uint index, int count, int offset) =>
        WasmReader.Damaged($"{what.ToLowerInvariant()} {index} of {count} is named", offset);
}
