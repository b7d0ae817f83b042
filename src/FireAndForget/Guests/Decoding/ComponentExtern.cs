namespace FireAndForget.Guests.Decoding;

/// <summary>What is imported or exported, by sort and type (no type where the decoder has no use for one).</summary>
internal readonly record struct ComponentExtern(ComponentSort Sort, ComponentType? Type)
{
    /// <summary>
    /// An item of that type; <paramref name="import"/> says what it is called where the component imports it.
    /// </summary>
    public ComponentItem ToItem(ImportedName? import) =>
        Sort switch
        {
            ComponentSort.CoreModule => new ComponentModule(null),
            ComponentSort.Function => new ComponentFunction(Type!) { Import = import },
            ComponentSort.Value => ComponentValue.Any,
            ComponentSort.Type => Type!.Kind == ComponentTypeKind.Resource && Type.Import is null && import is not null
                ? new ComponentType(ComponentTypeKind.Resource) { Import = import }
                : Type,
            ComponentSort.Component => new NestedComponent(Type!),
            _ => new ComponentInstance(Type!, null),
        };
}
