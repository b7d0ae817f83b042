namespace FireAndForget.Guests.Decoding;

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
