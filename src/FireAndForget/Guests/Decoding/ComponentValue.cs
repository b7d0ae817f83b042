namespace FireAndForget.Guests.Decoding;

/// <summary>A value definition; nothing that the host needs depends on one.</summary>
internal sealed class ComponentValue() : ComponentItem(ComponentSort.Value)
{
    public static ComponentValue Any { get; } = new();
}
