using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>
/// Random types in recursive groups, with subtypes, that all have values. References that may not be null lead to earlier groups only,
/// so that making a value of one comes to an end. Two modules with the same section have the same types.
/// </summary>
internal sealed class TypeSection
{
    private static readonly string[] Numbers = ["i32", "i64", "f32", "f64", "v128"];
    private static readonly string[] Heaps = ["any", "eq", "i31", "struct", "array", "func", "extern"];
    private static readonly string[] Bottoms = ["none", "nofunc", "noextern", "noexn"];

    private readonly List<DefinedType> _all = [];
    private readonly List<string> _groups = [];
    private readonly Randomness _random;

    public TypeSection(Randomness random)
    {
        _random = random;
        // The abstract types have a value each by these.
        AddGroup([new("$t0", TypeKind.Structure, Super: null, IsFinal: false)]);
        AddGroup([new("$t1", TypeKind.Array, null, IsFinal: true) { Fields = [new(WasmType.I32, null, true)] }]);
        AddGroup([
            new("$t2", TypeKind.Function, null, IsFinal: false)
            {
                Parameters = [WasmType.I32],
                Results = [WasmType.I32],
            },
        ]);
        for (int groups = 2 + random.Below(4); groups > 0; groups--)
        {
            AddGroup(MakeGroup(1 + random.Below(3)));
        }
    }

    public IEnumerable<DefinedType> Structures => _all.Where(type => type.Kind == TypeKind.Structure);

    public IEnumerable<DefinedType> Arrays => _all.Where(type => type.Kind == TypeKind.Array);

    public IEnumerable<DefinedType> Functions => _all.Where(type => type.Kind == TypeKind.Function);

    public DefinedType Named(string name) => _all.First(type => type.Name == name);

    public DefinedType[] SubtypesOf(DefinedType type) => [.. _all.Where(other => other.Extends(type))];

    /// <summary>A type of which there are values everywhere, in constant expressions too.</summary>
    public WasmType AnyType() => AnyType(_all.Count, _all.Count, inFunction: false);

    /// <summary>A type of which there are values in functions.</summary>
    public WasmType AnyFunctionType() => AnyType(_all.Count, _all.Count, inFunction: true);

    public WasmType AnyReference()
    {
        WasmType type = AnyType();
        return type.IsReference ? type : WasmType.Nullable(_random.Of(Heaps));
    }

    public override string ToString() => string.Join('\n', _groups);

    private void AddGroup(List<DefinedType> group)
    {
        _all.AddRange(group);
        string types = string.Join(' ', group);
        _groups.Add(group.Count == 1 && _random.OneIn(2) ? types : $"(rec {types})");
    }

    private List<DefinedType> MakeGroup(int size)
    {
        int first = _all.Count;
        TypeKind[] kinds = [.. Enumerable.Range(0, size).Select(_ => (TypeKind)_random.Below(3))];
        List<DefinedType> group = [];
        for (int i = 0; i < size; i++)
        {
            group.Add(MakeType($"$t{first + i}", kinds[i], group, first, first + size));
        }

        return group;
    }

    private DefinedType MakeType(string name, TypeKind kind, List<DefinedType> group, int strictEnd, int end)
    {
        DefinedType[] supers =
        [
            .. _all.Concat(group).Where(other => other.Kind == kind && !other.IsFinal && kind != TypeKind.Array),
        ];
        DefinedType? super = supers.Length > 0 && _random.OneIn(2) ? _random.Of(supers) : null;
        DefinedType type = new(name, kind, super, _random.OneIn(2));
        WasmType[] Types(bool inFunction) =>
            [.. Enumerable.Range(0, _random.Below(4)).Select(_ => AnyType(strictEnd, end, inFunction))];
        Field Field(WasmType of) =>
            new(
                of,
                of.Name != "i32" || _random.OneIn(2) ? null
                    : _random.OneIn(2) ? "i8"
                    : "i16",
                _random.OneIn(2)
            );
        return kind switch
        {
            TypeKind.Structure => type with
            {
                Fields = [.. super?.Fields ?? [], .. Types(inFunction: false).Select(Field)],
            },
            TypeKind.Array => type with { Fields = [Field(AnyType(strictEnd, end, inFunction: false))] },
            _ => type with
            {
                Parameters = super?.Parameters ?? Types(inFunction: true),
                Results = super?.Results ?? Types(inFunction: true),
            },
        };
    }

    private WasmType AnyType(int strictEnd, int end, bool inFunction) =>
        _random.Below(6) switch
        {
            0 or 1 => new(_random.Of(Numbers)),
            2 => WasmType.Nullable($"$t{_random.Below(end)}"),
            3 when _random.OneIn(2) => WasmType.NonNull($"$t{_random.Below(strictEnd)}"),
            4 => _random.OneIn(8) && inFunction ? WasmType.NonNull("exn")
            : _random.OneIn(6) ? WasmType.Nullable("exn")
            : _random.OneIn(6) ? WasmType.Nullable(_random.Of(Bottoms))
            : WasmType.NonNull(_random.Of(Heaps)),
            _ => WasmType.Nullable(_random.Of(Heaps)),
        };
}
