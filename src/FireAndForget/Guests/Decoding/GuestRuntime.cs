namespace FireAndForget;

/// <summary>The ways in which a guest can be run. They answer the same to the same messages.</summary>
public enum GuestRuntime : byte
{
    /// <summary>The guest is taken apart into its core modules, which is fast: every core module, and most components.</summary>
    Direct = 0,

    /// <summary>Through Wasmtime's own component API: what the direct way does not know.</summary>
    ComponentApi = 1,
}
