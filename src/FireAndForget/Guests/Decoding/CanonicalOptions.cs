namespace FireAndForget.Guests.Decoding;

/// <summary>The options of a lifted or lowered function.</summary>
internal sealed class CanonicalOptions
{
    public string StringEncoding { get; set; } = "utf8";

    public CoreDefinition? Memory { get; set; }

    public CoreDefinition? Realloc { get; set; }

    public CoreDefinition? PostReturn { get; set; }

    /// <summary>The first option that only Wasmtime's component API knows; null where there is none.</summary>
    public string? Unusual { get; set; }
}
