namespace FireAndForget.Guests.Decoding;

/// <summary>The options of a lifted or lowered function.</summary>
internal sealed class CanonicalOptions
{
    public string StringEncoding { get; set; } = "utf8";

    public CoreDefinition? Memory { get; set; }

    public CoreDefinition? Realloc { get; set; }

    public CoreDefinition? PostReturn { get; set; }

    /// <summary>Whether it is lifted or lowered with the async form of the ABI.</summary>
    public bool IsAsync { get; set; }

    /// <summary>What a function that is lifted async is called back by; null where it has its own stack instead.</summary>
    public CoreDefinition? Callback { get; set; }

    /// <summary>The first option that only Wasmtime's component API knows; null where there is none.</summary>
    public string? Unusual { get; set; }
}
