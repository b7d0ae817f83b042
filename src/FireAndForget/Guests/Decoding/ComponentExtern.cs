namespace FireAndForget.Guests.Decoding;

/// <summary>What is imported or exported, by sort and type (no type where the decoder has no use for one).</summary>
internal readonly record struct ComponentExtern(ComponentSort Sort, ComponentType? Type)
{
    /// <summary>
    /// An item of that type; <paramref name="origin"/> says where a component has it from, null: it is only spoken of.
    /// </summary>
    public ComponentItem ToItem(ItemOrigin? origin) =>
        Sort switch
        {
            ComponentSort.CoreModule => new ComponentModule(null),
            ComponentSort.Function => new ComponentFunction(Type!) { Origin = origin },
            ComponentSort.Value => ComponentValue.Any,
            ComponentSort.Type => Type!.Kind == ComponentTypeKind.Resource && Type.Origin is null && origin is not null
                ? new ComponentType(ComponentTypeKind.Resource) { Origin = origin }
                : Type,
            ComponentSort.Component => new NestedComponent(Type!),
            _ => new ComponentInstance(Type!) { Origin = origin },
        };
}
