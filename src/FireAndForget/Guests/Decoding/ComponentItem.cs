namespace FireAndForget.Guests.Decoding;

/// <summary>Something in one of a component's index spaces.</summary>
internal abstract class ComponentItem(ComponentSort sort)
{
    public ComponentSort Sort { get; } = sort;

    /// <summary>Where it comes from; null for what its component defines itself, and for what is only spoken of.</summary>
    public ItemOrigin? Origin { get; init; }

    /// <summary>What an imported interface calls it; null where it is no part of one.</summary>
    public ImportedName? Import =>
        Origin is { Instance.ImportName: { } imported } ? new ImportedName(imported, Origin.Name) : null;

    /// <summary>
    /// The item as one that comes out of a nested component's instance: its type is known, but what it leads to is reached through that
    /// instance alone.
    /// </summary>
    public virtual ComponentItem AsForeign(ItemOrigin origin) => this;
}

/// <summary>A core module in a component: one of its own, or null for one that it imports.</summary>
internal sealed class ComponentModule(CoreModule? module) : ComponentItem(ComponentSort.CoreModule)
{
    public CoreModule? Module { get; } = module;
}

/// <summary>A value definition; nothing that the host needs depends on one.</summary>
internal sealed class ComponentValue() : ComponentItem(ComponentSort.Value)
{
    public static ComponentValue Any { get; } = new();
}

/// <summary>
/// A component within a component: defined there, or one that is imported, of which only the type is known.
/// </summary>
internal sealed class NestedComponent : ComponentItem
{
    public NestedComponent(ComponentScope scope)
        : base(ComponentSort.Component) => Scope = scope;

    public NestedComponent(ComponentType type)
        : base(ComponentSort.Component) => Type = type;

    public ComponentScope? Scope { get; }

    public ComponentType? Type { get; }
}

/// <summary>
/// A function of a component: lifted from a core function, imported through an interface, or, where neither is known,
/// something that only another component knows how to call.
/// </summary>
internal sealed class ComponentFunction(ComponentType type) : ComponentItem(ComponentSort.Function)
{
    public ComponentType Type { get; } = type;

    public CanonicalLift? Lift { get; init; }

    /// <summary>Whether nothing of the guest runs behind its answer; false where that cannot be told.</summary>
    public bool HasNoPostReturn
    {
        get => field || Lift is { Options.PostReturn: null };
        private init;
    }

    public override ComponentItem AsForeign(ItemOrigin origin) =>
        new ComponentFunction(Type) { HasNoPostReturn = HasNoPostReturn, Origin = origin };
}
