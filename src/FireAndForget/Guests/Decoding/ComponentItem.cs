namespace FireAndForget.Guests.Decoding;

/// <summary>Something in one of a component's index spaces.</summary>
internal abstract class ComponentItem(ComponentSort sort)
{
    public ComponentSort Sort { get; } = sort;

    /// <summary>
    /// The item as one that comes out of a nested component's instance: its type is known, but nothing that it leads to
    /// is reached by following this component's definitions alone.
    /// </summary>
    public virtual ComponentItem AsForeign() => this;
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

    /// <summary>Whether to make an instance of it may run code of a guest, or cannot be told not to.</summary>
    public bool RunsCode => Scope is null || Scope.RunsCode;
}

/// <summary>
/// A function of a component: lifted from a core function, imported through an interface, or, where neither is known,
/// something that only another component knows how to call.
/// </summary>
internal sealed class ComponentFunction(ComponentType type) : ComponentItem(ComponentSort.Function)
{
    public ComponentType Type { get; } = type;

    public CanonicalLift? Lift { get; init; }

    public ImportedName? Import { get; init; }

    /// <summary>Whether nothing of the guest runs behind its answer; false where that cannot be told.</summary>
    public bool HasNoPostReturn
    {
        get => field || Lift is { Options.PostReturn: null };
        private init;
    }

    public override ComponentItem AsForeign() => new ComponentFunction(Type) { HasNoPostReturn = HasNoPostReturn };
}
