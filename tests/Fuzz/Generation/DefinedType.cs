namespace FireAndForget.Tests.Fuzz.Generation;

internal enum TypeKind
{
    Structure,
    Array,
    Function,
}

/// <summary>A field of a structure, or the elements of an array.</summary>
/// <param name="Type">What is put there and read from there.</param>
/// <param name="Packed">How it is stored where that is narrower: i8 or i16; else null.</param>
/// <param name="IsMutable">Whether it may be changed.</param>
internal sealed record Field(WasmType Type, string? Packed, bool IsMutable)
{
    public override string ToString() => IsMutable ? $"(mut {Packed ?? Type.ToString()})" : Packed ?? Type.ToString();
}

/// <summary>A type of a module's type section.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Super">The type that it extends; null: none.</param>
/// <param name="IsFinal">Whether no type may extend it.</param>
internal sealed record DefinedType(string Name, TypeKind Kind, DefinedType? Super, bool IsFinal)
{
    /// <summary>A structure's fields; an array's only one.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    public IReadOnlyList<WasmType> Parameters { get; init; } = [];

    public IReadOnlyList<WasmType> Results { get; init; } = [];

    public bool Extends(DefinedType other) => this == other || (Super?.Extends(other) ?? false);

    public override string ToString()
    {
        string content = Kind switch
        {
            TypeKind.Structure => $"(struct{string.Concat(Fields.Select(field => $" (field {field})"))})",
            TypeKind.Array => $"(array {Fields[0]})",
            _ => $"(func{Signature.Of(Parameters, Results)})",
        };
        return IsFinal && Super is null
            ? $"(type {Name} {content})"
            : $"(type {Name} (sub {(IsFinal ? "final " : "")}{(Super is null ? "" : Super.Name + " ")}{content}))";
    }
}
