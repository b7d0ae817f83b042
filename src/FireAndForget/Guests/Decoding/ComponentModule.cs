namespace FireAndForget.Guests.Decoding;

/// <summary>A core module in a component: one of its own, or null for one that it imports.</summary>
internal sealed class ComponentModule(CoreModule? module) : ComponentItem(ComponentSort.CoreModule)
{
    public CoreModule? Module { get; } = module;
}
