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
