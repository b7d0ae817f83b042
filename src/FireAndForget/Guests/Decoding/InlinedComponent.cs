namespace FireAndForget.Guests.Decoding;

/// <summary>
/// One instance of a component while the guest is planned: the guest itself, or a component within it with what it is given. A
/// component that is instantiated twice is two of these, with core instances of their own.
/// </summary>
internal sealed class InlinedComponent
{
    private readonly ComponentInstance? _instance;
    private readonly Dictionary<ComponentInstance, InlinedComponent> _made = [];

    /// <param name="guest">The guest.</param>
    public InlinedComponent(ComponentScope guest) => Scope = guest;

    private InlinedComponent(InlinedComponent outer, ComponentInstance instance)
    {
        Outer = outer;
        Depth = outer.Depth + 1;
        Scope = instance.Made!.Scope!;
        _instance = instance;
    }

    public ComponentScope Scope { get; }

    /// <summary>The one that made it; null for the guest.</summary>
    public InlinedComponent? Outer { get; }

    /// <summary>How many made one another before it was made.</summary>
    public int Depth { get; }

    /// <summary>Its core instances that are planned, by their places in the plan.</summary>
    public Dictionary<CoreInstance, int> Planned { get; } = [];

    /// <summary>Makes an instance of a component that is defined within the guest.</summary>
    public InlinedComponent Make(ComponentInstance instance)
    {
        InlinedComponent made = new(this, instance);
        _made.Add(instance, made);
        return made;
    }

    /// <summary>An item of it, to be found from outside.</summary>
    public PlacedItem? Place(ComponentItem? item) => item is null ? null : new(item, this);

    /// <summary>What is given to its import of that name; null: nothing.</summary>
    public PlacedItem? Given(string import) => Outer?.Place(_instance!.Arguments.GetValueOrDefault(import));

    /// <summary>What one of its instances exports that it did not get from elsewhere; null: there is nothing of that name.</summary>
    public PlacedItem? ExportOf(ComponentInstance instance, string name) =>
        instance.Items is { } items ? Place(items.GetValueOrDefault(name))
        : instance.Made is not null && _made.TryGetValue(instance, out InlinedComponent? made)
            ? made.Place(made.Scope.Exports.GetValueOrDefault(name))
        : null;
}

/// <summary>An item and the component whose names it goes by.</summary>
internal readonly record struct PlacedItem(ComponentItem Item, InlinedComponent Component);
