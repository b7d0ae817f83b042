namespace FireAndForget;

/// <summary>The ways in which a guest can be run. They answer the same to the same messages.</summary>
public enum GuestRuntime : byte
{
    /// <summary>
    /// The guest is taken apart into its core modules, which makes it fast: every core module, and most components.
    /// </summary>
    Direct = 0,

    /// <summary>
    /// The guest runs through Wasmtime's own component API: the components that the direct runtime does not support.
    /// </summary>
    ComponentApi = 1,
}
