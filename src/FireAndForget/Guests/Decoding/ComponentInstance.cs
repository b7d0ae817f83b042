namespace FireAndForget.Guests.Decoding;

/// <summary>
/// An instance in a component: imported, which has a type; put together from items at hand; or made from a nested
/// component.
/// </summary>
internal sealed class ComponentInstance : ComponentItem
{
    private static readonly Dictionary<string, ComponentItem> NoArguments = [];

    private readonly ComponentType? _type;
    private readonly bool _isForeign;

    /// <param name="type">Its type.</param>
    public ComponentInstance(ComponentType type)
        : base(ComponentSort.Instance) => _type = type;

    public ComponentInstance(OrderedDictionary<string, ComponentItem> items)
        : base(ComponentSort.Instance) => Items = items;

    public ComponentInstance(NestedComponent component, Dictionary<string, ComponentItem> arguments)
        : base(ComponentSort.Instance)
    {
        Made = component;
        Arguments = arguments;
        _isForeign = true;
    }

    private ComponentInstance(ComponentInstance other)
        : base(ComponentSort.Instance)
    {
        _type = other._type;
        Items = other.Items;
        Made = other.Made;
        _isForeign = true;
    }

    /// <summary>The name under which the component imports it; null where it does not.</summary>
    public string? ImportName => Origin is { Instance: null } ? Origin.Name : null;

    /// <summary>What it is put together from; null where it is not.</summary>
    public OrderedDictionary<string, ComponentItem>? Items { get; }

    /// <summary>The component of which it is made; null where it is not.</summary>
    public NestedComponent? Made { get; }

    /// <summary>What is given to the imports of the component of which it is made, by their names.</summary>
    public Dictionary<string, ComponentItem> Arguments { get; } = NoArguments;

    /// <summary>An export of it, as an item of the component in which it is; null: it exports nothing of that name.</summary>
    public ComponentItem? Find(string name)
    {
        ItemOrigin origin = new(this, name);
        ComponentItem? item =
            Items is not null ? Items.GetValueOrDefault(name)
            : Made?.Scope is { } scope ? scope.Exports.GetValueOrDefault(name)
            : (_type ?? Made?.Type) is { } type && type.Exports.TryGetValue(name, out ComponentExtern export)
                ? export.ToItem(Origin is null ? null : origin)
            : null;
        return _isForeign ? item?.AsForeign(origin) : item;
    }

    public override ComponentItem AsForeign(ItemOrigin origin) => new ComponentInstance(this) { Origin = origin };
}

/// <summary>An instance that a component makes: of a core module, or else of a nested component.</summary>
internal readonly record struct Instantiation(CoreInstance? Core, ComponentInstance? Component);
