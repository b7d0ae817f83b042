using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>Writes a core module with random parts, and with what its maker adds.</summary>
internal sealed class ModuleWriter
{
    /// <summary>A table with a leaf of each function type.</summary>
    public const string Calls = "$calls";

    /// <summary>A passive segment of 16 bytes.</summary>
    public const string Bytes = "$bytes";

    /// <summary>A passive segment of two references of <see cref="ElementType"/>.</summary>
    public const string Elements = "$elements";

    /// <summary>A global that loops count down, so that they come to an end.</summary>
    public const string Counter = "$counter";

    private readonly Randomness _random;
    private readonly string _prefix;
    private readonly List<string> _imports = [];
    private readonly List<string> _parts = [];
    private readonly List<ModuleItem> _own = [];

    /// <summary>A module that has nothing yet.</summary>
    /// <param name="types">Its types.</param>
    /// <param name="prefix">What the names of its own parts start with.</param>
    /// <param name="random">Decides what it gets.</param>
    public ModuleWriter(TypeSection types, string prefix, Randomness random)
    {
        Types = types;
        _prefix = prefix;
        _random = random;
    }

    public static WasmType ElementType { get; } = WasmType.Nullable("func");

    public TypeSection Types { get; }

    public List<FunctionItem> Functions { get; } = [];

    public List<GlobalItem> Globals { get; } = [];

    public List<TableItem> Tables { get; } = [];

    public List<MemoryItem> Memories { get; } = [];

    public List<TagItem> Tags { get; } = [];

    /// <summary>Whether it may define memories of 64 bits, which only the component API runs.</summary>
    public bool HasWideMemories { get; init; } = true;

    /// <summary>Statements that call the host, each from the writer of the function that it is for.</summary>
    public List<Func<ExpressionWriter, string>> HostCalls { get; } = [];

    /// <summary>What it defines, of which any may be exported.</summary>
    public IReadOnlyList<ModuleItem> Own => _own;

    /// <summary>The leaf of a function type: a function of it that calls only leaves.</summary>
    public static string LeafOf(DefinedType type) => $"$leaf{type.Name[2..]}";

    /// <summary>Where its leaf is in the table of calls; sometimes beside it, where a call traps.</summary>
    public int CallIndexOf(DefinedType type) =>
        _random.OneIn(30) ? _random.Below(100) : Types.Functions.TakeWhile(other => other != type).Count();

    /// <summary>Adds a part as it is written.</summary>
    public void Add(string part) => _parts.Add(part);

    public void AddImport(string import) => _imports.Add(import);

    /// <summary>Imports another module's item, before this one gets anything of its own.</summary>
    public void Import(string module, ModuleItem item)
    {
        // Another name than its own, which this module may have as well.
        string name = $"${module}-{item.ExportAs}";
        AddImport(item.Import(module, name));
        Keep(item with { Name = name });
    }

    public void AddMemory(MemoryItem memory)
    {
        _parts.Add($"(memory {memory.Name} {memory})");
        Define(memory);
    }

    /// <summary>Adds memories, globals, tables, tags, segments and functions.</summary>
    /// <param name="functions">How many functions that call others.</param>
    public void AddRandomParts(int functions)
    {
        Repeat(
            Memories.Count == 0 ? 1 : 0,
            2,
            i => AddMemory(new($"${_prefix}m{i}", HasWideMemories && _random.OneIn(3)))
        );
        Repeat(1, 3, AddTag);
        // Before the globals, which tables' first elements may only come from where they are imported.
        Repeat(1, 3, AddTable);
        Repeat(2, 6, AddGlobal);
        string leaves = string.Join(' ', Types.Functions.Select(LeafOf));
        _parts.Add($"(global {Counter} (mut i32) (i32.const 64))");
        _parts.Add($"(table {Calls} funcref (elem {leaves}))");
        _parts.Add($"(elem declare func {leaves})");
        _parts.Add($"(data {Bytes} \"0123456789abcdef\")");
        _parts.Add($"(elem {Elements} {ElementType} (item {Constant(ElementType)}) (item {Constant(ElementType)}))");
        foreach (DefinedType type in Types.Functions)
        {
            AddFunction(new(LeafOf(type), type, type.Parameters, type.Results, IsLeaf: true));
        }

        for (int i = 0; i < functions; i++)
        {
            DefinedType type = _random.Of(Types.Functions.ToArray());
            AddFunction(new($"${_prefix}f{i}", type, type.Parameters, type.Results));
        }
    }

    /// <summary>Adds a function with a random body.</summary>
    public void AddFunction(FunctionItem function)
    {
        _parts.Add(new FunctionWriter(this, _random, function.IsLeaf).Function(function));
        Define(function);
    }

    public override string ToString() => $"\n{Types}\n{string.Join('\n', _imports)}\n{string.Join('\n', _parts)}";

    private void AddTag(int i)
    {
        TagItem tag = new($"${_prefix}e{i}", [.. Enumerable.Range(0, _random.Below(3)).Select(_ => Types.AnyType())]);
        _parts.Add($"(tag {tag.Name}{tag})");
        Define(tag);
    }

    private void AddGlobal(int i)
    {
        GlobalItem global = new($"${_prefix}g{i}", Types.AnyType(), _random.OneIn(2));
        _parts.Add($"(global {global.Name} {global} {Constant(global.ValueType)})");
        Define(global);
    }

    private void AddTable(int i)
    {
        WasmType element = _random.OneIn(3) ? ElementType : Types.AnyReference();
        TableItem table = new($"${_prefix}t{i}", element, _random.OneIn(4));
        string first = element.IsNullable && _random.OneIn(2) ? "" : $" {Constant(element)}";
        _parts.Add($"(table {table.Name} {table}{first})");
        string index = table.Is64 ? "i64" : "i32";
        if (_random.OneIn(2))
        {
            _parts.Add($"(elem (table {table.Name}) ({index}.const 1) {element} (item {Constant(element)}))");
        }

        Define(table);
    }

    private string Constant(WasmType type) => new ExpressionWriter(this, _random, isConstant: true).Value(type, 3);

    private void Repeat(int least, int most, Action<int> add)
    {
        for (int i = 0, count = least + _random.Below(most - least + 1); i < count; i++)
        {
            add(i);
        }
    }

    private void Define(ModuleItem item)
    {
        _own.Add(item);
        Keep(item);
    }

    private void Keep(ModuleItem item)
    {
        switch (item)
        {
            case FunctionItem function:
                // An imported leaf may be none for this module's own leaves: its table may hold them.
                Functions.Add(_own.Contains(item) ? function : function with { IsLeaf = false });
                break;
            case GlobalItem global:
                Globals.Add(global);
                break;
            case TableItem table:
                Tables.Add(table);
                break;
            case MemoryItem memory:
                Memories.Add(memory);
                break;
            default:
                Tags.Add((TagItem)item);
                break;
        }
    }
}
