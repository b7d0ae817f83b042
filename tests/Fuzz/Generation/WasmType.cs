namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>A value type of WebAssembly.</summary>
/// <param name="Name">The number's type, or what a reference leads to: an abstract heap type, or a defined type's name.</param>
/// <param name="IsReference">Whether it is a reference.</param>
/// <param name="IsNullable">Whether that may be null.</param>
internal readonly record struct WasmType(string Name, bool IsReference = false, bool IsNullable = false)
{
    public static WasmType I32 { get; } = new("i32");

    /// <summary>Whether it has a value by itself, as what is not initialised needs one.</summary>
    public bool HasDefault => !IsReference || IsNullable;

    /// <summary>Whether a core module may import or export something of this type and still be a guest.</summary>
    public bool IsListable => !IsReference || (IsNullable && Name is "func" or "extern");

    public static WasmType NonNull(string heap) => new(heap, IsReference: true);

    public static WasmType Nullable(string heap) => new(heap, IsReference: true, IsNullable: true);

    public override string ToString() =>
        !IsReference ? Name
        : IsNullable ? $"(ref null {Name})"
        : $"(ref {Name})";
}
