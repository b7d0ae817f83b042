namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>Something of a module that another one may import.</summary>
/// <param name="Name">Its name in the module.</param>
internal abstract record ModuleItem(string Name)
{
    /// <summary>Whether a core module that exports it may be a guest.</summary>
    public abstract bool IsListable { get; }

    /// <summary>The word for its kind.</summary>
    public abstract string Sort { get; }

    /// <summary>The text of its type, behind its name in an import.</summary>
    protected abstract string Type { get; }

    public string ExportAs => Name[1..];

    public string Import(string module, string name) => $"(import \"{module}\" \"{ExportAs}\" ({Sort} {name} {Type}))";

    public string Export() => $"(export \"{ExportAs}\" ({Sort} {Name}))";
}

/// <summary>A function.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="DefinedType">Its type; null: one that only its parameters and results describe.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Results">Its results.</param>
/// <param name="IsLeaf">Whether it calls leaves only, those before it: called by reference from anywhere, it comes to an end.</param>
internal sealed record FunctionItem(
    string Name,
    DefinedType? DefinedType,
    IReadOnlyList<WasmType> Parameters,
    IReadOnlyList<WasmType> Results,
    bool IsLeaf = false
) : ModuleItem(Name)
{
    public override bool IsListable => Parameters.Concat(Results).All(type => type.IsListable);

    public override string Sort => "func";

    protected override string Type =>
        DefinedType is null ? Signature.Of(Parameters, Results) : $"(type {DefinedType.Name})";
}

internal sealed record GlobalItem(string Name, WasmType ValueType, bool IsMutable) : ModuleItem(Name)
{
    public override bool IsListable => ValueType.IsListable;

    public override string Sort => "global";

    public override string ToString() => Type;

    protected override string Type => IsMutable ? $"(mut {ValueType})" : ValueType.ToString();
}

/// <summary>A table of four elements, that may grow to eight.</summary>
internal sealed record TableItem(string Name, WasmType Element, bool Is64) : ModuleItem(Name)
{
    public override bool IsListable => Element.IsListable;

    public override string Sort => "table";

    public override string ToString() => Type;

    protected override string Type => $"{(Is64 ? "i64 " : "")}4 8 {Element}";
}

/// <summary>A memory of a page, that may grow to four.</summary>
internal sealed record MemoryItem(string Name, bool Is64) : ModuleItem(Name)
{
    public override bool IsListable => true;

    public override string Sort => "memory";

    public override string ToString() => Type;

    protected override string Type => $"{(Is64 ? "i64 " : "")}1 4";
}

internal sealed record TagItem(string Name, IReadOnlyList<WasmType> Parameters) : ModuleItem(Name)
{
    public override bool IsListable => Parameters.All(type => type.IsListable);

    public override string Sort => "tag";

    public override string ToString() => Type;

    protected override string Type => Signature.Of(Parameters, []);
}
