namespace FireAndForget.Guests.Decoding;

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
