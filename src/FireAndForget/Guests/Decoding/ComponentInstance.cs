namespace FireAndForget.Guests.Decoding;

/// <summary>
/// An instance in a component: imported, which has a type; put together from items at hand; or made from a nested
/// component.
/// </summary>
internal sealed class ComponentInstance : ComponentItem
{
    private readonly ComponentType? _type;
    private readonly string? _import;
    private readonly OrderedDictionary<string, ComponentItem>? _items;
    private readonly NestedComponent? _component;
    private readonly bool _isForeign;

    /// <param name="type">Its type.</param>
    /// <param name="import">The name under which the component imports it; null for one that is only spoken of.</param>
    public ComponentInstance(ComponentType type, string? import)
        : base(ComponentSort.Instance)
    {
        _type = type;
        _import = import;
    }

    public ComponentInstance(OrderedDictionary<string, ComponentItem> items)
        : base(ComponentSort.Instance) => _items = items;

    public ComponentInstance(NestedComponent component)
        : base(ComponentSort.Instance)
    {
        _component = component;
        _isForeign = true;
    }

    private ComponentInstance(ComponentInstance other)
        : base(ComponentSort.Instance)
    {
        _type = other._type;
        _items = other._items;
        _component = other._component;
        _isForeign = true;
    }

    /// <summary>The name under which the component imports it; null where it does not.</summary>
    public string? Import => _import;

    public ComponentItem? Find(string name)
    {
        ComponentItem? item =
            _items is not null ? _items.GetValueOrDefault(name)
            : _component?.Scope is { } scope ? scope.Exports.GetValueOrDefault(name)
            : (_type ?? _component?.Type) is { } type && type.Exports.TryGetValue(name, out ComponentExtern export)
                ? export.ToItem(_import is null ? null : new ImportedName(_import, name))
            : null;
        return _isForeign ? item?.AsForeign() : item;
    }

    public override ComponentItem AsForeign() => _isForeign ? this : new ComponentInstance(this);
}
