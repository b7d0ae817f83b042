using FireAndForget.Tests.Fuzz.Mutation;
using static FireAndForget.Tests.Fuzz.Generation.Instructions;

namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>
/// Writes random expressions of a type, valid where they are written: in a function or as a constant. They come to an end when they
/// run, since functions call only those before them and by reference only leaves; some trap.
/// </summary>
internal class ExpressionWriter(ModuleWriter module, Randomness random, bool isConstant = false, bool isLeaf = false)
{
    private int _labels;

    /// <summary>The parameters and locals, which all have a value.</summary>
    public List<(string Name, WasmType Type)> Locals { get; } = [];

    /// <summary>How many more calls it may write: what they cost multiplies.</summary>
    protected int CallsLeft { get; set; } = isLeaf ? 1 : 2;

    protected ModuleWriter Module => module;

    protected Randomness Random => random;

    protected bool IsLeaf => isLeaf;

    public string I32(int depth) => Value(WasmType.I32, depth);

    /// <summary>An address of a memory below what its owner needs.</summary>
    public string Address(bool is64, int depth) => Masked(is64, 1020, depth);

    /// <summary>An expression of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="depth">How deep it may be nested; where it is 0, it is as short as can be.</param>
    public string Value(WasmType type, int depth)
    {
        if (depth > 0 && random.OneIn(3) && Stored(type) is { } stored)
        {
            return stored;
        }

        return !isConstant && depth > 0 && random.OneIn(3) ? Controlled(type, depth - 1)
            : type.IsReference ? Reference(type, depth - 1)
            : Number(type.Name, depth - 1);
    }

    public string Values(IEnumerable<WasmType> types, int depth) =>
        string.Join(' ', types.Select(type => Value(type, depth)));

    protected string Label() => $"$l{_labels++}";

    protected string Masked(bool is64, int mask, int depth)
    {
        string type = is64 ? "i64" : "i32";
        // What leaves the mask out mostly traps.
        return random.OneIn(50)
            ? Value(new(type), depth)
            : $"({type}.and {Value(new(type), depth)} ({type}.const {mask}))";
    }

    protected FunctionItem[] Callable(Func<FunctionItem, bool> where) =>
        [.. module.Functions.Where(function => (function.IsLeaf || !isLeaf) && where(function))];

    private string? Stored(WasmType type)
    {
        string[] places =
        [
            .. Locals.Where(local => local.Type == type).Select(local => $"(local.get {local.Name})"),
            .. module
                .Globals.Where(global => global.ValueType == type && !(isConstant && global.IsMutable))
                .Select(global => $"(global.get {global.Name})"),
        ];
        return places.Length == 0 ? null : random.Of(places);
    }

    private string Controlled(WasmType type, int depth)
    {
        string label = Label();
        string inner = Label();
        switch (random.Below(14))
        {
            case 0:
                return $"(if (result {type}) {I32(depth)} (then {Value(type, depth)}) (else {Value(type, depth)}))";
            case 1:
                return $"(select (result {type}) {Value(type, depth)} {Value(type, depth)} {I32(depth)})";
            case 2:
                return $"(block {label} (result {type}) (br_if {label} {Value(type, depth)} {I32(depth)}))";
            case 3:
                return $"(block {label} (result {type}) (block {inner} (result {type}) (br_table {label} {inner} {Value(type, depth)} {I32(depth)})))";
            case 4 or 5:
                return Caught(type, depth);
            case 6 when random.OneIn(4):
                return module.Tags.Count > 0 && random.OneIn(2)
                    ? Thrown(depth)
                    : $"(throw_ref {Value(WasmType.Nullable("exn"), depth)})";
            case 7 when Callable(f => f.Results.SequenceEqual([type])) is { Length: > 0 } functions && CallsLeft-- > 0:
                FunctionItem called = random.Of(functions);
                return $"(call {called.Name} {Values(called.Parameters, depth)})";
            case 8 when !isLeaf && CallsLeft-- > 0:
                return CalledByReference(type, depth) ?? Value(type, depth);
            case 9 when IsObject(type):
                return $"(block {label} (result {type}) (drop (br_on_cast {label} anyref {type} {Value(WasmType.Nullable("any"), depth)})) {Value(type, depth)})";
            case 10 when IsObject(type) && random.OneIn(3):
                return $"(ref.cast {type} {Value(WasmType.Nullable("any"), depth)})";
            case 11 when type is { IsReference: true, IsNullable: false } && type.Name != "exn":
                WasmType nullable = type with { IsNullable = true };
                return random.OneIn(6)
                    ? $"(ref.as_non_null {Value(nullable, depth)})"
                    : $"(block {label} (result {type}) (br_on_non_null {label} {Value(nullable, depth)}) {Value(type, depth)})";
            default:
                return Element(type, depth) ?? Value(type, depth);
        }
    }

    /// <summary>What is read from an object or a table; null where none holds the type.</summary>
    private string? Element(WasmType type, int depth)
    {
        List<Func<string>> places =
        [
            .. module
                .Tables.Where(table => table.Element == type)
                .Select(table => (Func<string>)(() => $"(table.get {table.Name} {Masked(table.Is64, 3, depth)})")),
        ];
        foreach (DefinedType of in module.Types.Structures)
        {
            for (int i = 0; i < of.Fields.Count; i++)
            {
                if (of.Fields[i].Type == type)
                {
                    int index = i;
                    places.Add(() =>
                        $"(struct.get{Sign(of.Fields[index])} {of.Name} {index} {Value(WasmType.NonNull(of.Name), depth)})"
                    );
                }
            }
        }

        foreach (DefinedType of in module.Types.Arrays.Where(array => array.Fields[0].Type == type))
        {
            places.Add(() =>
                $"(array.get{Sign(of.Fields[0])} {of.Name} {Value(WasmType.NonNull(of.Name), depth)} {Masked(false, 1, depth)})"
            );
        }

        return places.Count == 0 ? null : random.Of(places)();
    }

    private string Sign(Field field) =>
        field.Packed is null ? ""
        : random.OneIn(2) ? "_s"
        : "_u";

    /// <summary>A value, or what takes its place when an exception comes out of its making.</summary>
    private string Caught(WasmType type, int depth)
    {
        TagItem? tag = module.Tags.Count > 0 && !random.OneIn(3) ? random.Of(module.Tags) : null;
        bool hasReference = random.OneIn(2);
        string caught = Label();
        string label = Label();
        WasmType[] values =
        [
            .. tag?.Parameters ?? [],
            .. hasReference ? [WasmType.NonNull("exn")] : Array.Empty<WasmType>(),
        ];
        string clause = $"catch{(tag is null ? "_all" : "")}{(hasReference ? "_ref" : "")} {tag?.Name} {caught}";
        string thrower = random.OneIn(2) && module.Tags.Count > 0 ? Thrown(depth) : Value(type, depth);
        string drops = string.Concat(values.Select(_ => " drop"));
        return $"(block {label} (result {type}) (block {caught}{Signature.Results(values)} (br {label} (try_table (result {type}) ({clause}) {thrower}))){drops} {Value(type, depth)})";
    }

    private string Thrown(int depth)
    {
        TagItem tag = random.Of(module.Tags);
        return $"(throw {tag.Name} {Values(tag.Parameters, depth)})";
    }

    private string? CalledByReference(WasmType type, int depth)
    {
        DefinedType[] types = [.. module.Types.Functions.Where(of => of.Results.SequenceEqual([type]))];
        if (types.Length == 0)
        {
            return null;
        }

        DefinedType of = random.Of(types);
        string arguments = Values(of.Parameters, depth);
        return random.OneIn(2)
            ? $"(call_ref {of.Name} {arguments} {Value(WasmType.NonNull(of.Name), depth)})"
            : $"(call_indirect {ModuleWriter.Calls} (type {of.Name}) {arguments} (i32.const {module.CallIndexOf(of)}))";
    }

    private bool IsObject(WasmType type) =>
        type.IsReference
        && (
            type.Name is "any" or "eq" or "i31" or "struct" or "array" or "none"
            || (type.Name[0] == '$' && module.Types.Named(type.Name).Kind != TypeKind.Function)
        );

    private string Number(string type, int depth)
    {
        bool isLeafOfTree = depth < 0;
        return type switch
        {
            "i32" when isLeafOfTree => $"(i32.const {random.Of(Integers)})",
            "i64" when isLeafOfTree => $"(i64.const {random.Of(Integers)})",
            "f32" or "f64" when isLeafOfTree || isConstant => $"({type}.const {random.Of(Floats)})",
            "v128" when isLeafOfTree || isConstant => $"(v128.const i64x2 {random.Of(Integers)} {random.Of(Integers)})",
            "i32" or "i64" when isConstant =>
                $"({type}.{random.Of(IntegerOperations.Take(3).ToArray())} {Value(new(type), depth)} {Value(new(type), depth)})",
            "i32" => Integer32(depth),
            "i64" => Integer64(depth),
            "v128" => Vector(depth),
            _ => Float(type, depth),
        };
    }

    private string Integer32(int depth)
    {
        string Of(string type) => Value(new(type), depth);
        switch (random.Below(14))
        {
            case 0:
                return $"(i32.{random.Of(Comparisons)} {Of("i32")} {Of("i32")})";
            case 1:
                return $"(i64.{random.Of(Comparisons)} {Of("i64")} {Of("i64")})";
            case 2:
                return $"(f64.lt {Of("f64")} {Of("f64")})";
            case 3:
                return random.OneIn(2) ? $"(i32.wrap_i64 {Of("i64")})" : $"(i32.trunc_sat_f32_u {Of("f32")})";
            case 4:
                return $"(i32.extend8_s (i32.popcnt {Of("i32")}))";
            case 5:
                return $"(ref.is_null {Value(module.Types.AnyReference(), depth)})";
            case 6:
                return $"(ref.eq {Value(WasmType.Nullable("eq"), depth)} {Value(WasmType.Nullable("eq"), depth)})";
            case 7:
                WasmType type = module.Types.AnyReference();
                return $"(ref.test {(IsObject(type) ? type : WasmType.NonNull("i31"))} {Value(WasmType.Nullable("any"), depth)})";
            case 8:
                return $"(i31.get_{(random.OneIn(2) ? "s" : "u")} {Value(WasmType.NonNull("i31"), depth)})";
            case 9:
                return $"(array.len {Value(WasmType.NonNull("array"), depth)})";
            case 10:
                return random.OneIn(2)
                    ? $"(i8x16.all_true {Of("v128")})"
                    : $"(i32x4.extract_lane {random.Below(4)} {Of("v128")})";
            case 11:
                MemoryItem memory = random.Of(module.Memories);
                return $"(i32.load8_u {memory.Name} offset={random.Below(4)} {Address(memory.Is64, depth)})";
            case 12 when module.Tables.FirstOrDefault(table => !table.Is64) is { } table:
                return random.OneIn(4)
                    ? $"(table.grow {table.Name} {Value(table.Element, depth)} (i32.const 1))"
                    : $"(table.size {table.Name})";
            default:
                return $"(i32.{random.Of(IntegerOperations)} {Of("i32")} {Of("i32")})";
        }
    }

    private string Integer64(int depth)
    {
        switch (random.Below(6))
        {
            case 0:
                return $"(i64.extend_i32_u {I32(depth)})";
            case 1:
                return $"(i64x2.extract_lane 1 {Value(new("v128"), depth)})";
            case 2:
                return $"(i64.trunc_sat_f64_s {Value(new("f64"), depth)})";
            case 3:
                MemoryItem memory = random.Of(module.Memories);
                return $"(i64.load {memory.Name} {Address(memory.Is64, depth)})";
            case 4 when module.Memories.FirstOrDefault(memory => memory.Is64) is { } wide:
                return random.OneIn(4) ? $"(memory.grow {wide.Name} (i64.const 1))" : $"(memory.size {wide.Name})";
            default:
                return $"(i64.{random.Of(IntegerOperations)} {Value(new("i64"), depth)} {Value(new("i64"), depth)})";
        }
    }

    private string Float(string type, int depth) =>
        random.Below(4) switch
        {
            0 => $"({type}.sqrt {Value(new(type), depth)})",
            1 => $"({type}.convert_i64_u {Value(new("i64"), depth)})",
            2 => $"({(type == "f32" ? "f32x4" : "f64x2")}.extract_lane 0 {Value(new("v128"), depth)})",
            _ => $"({type}.{random.Of(FloatOperations)} {Value(new(type), depth)} {Value(new(type), depth)})",
        };

    private string Vector(int depth)
    {
        string Of(string type) => Value(new(type), depth);
        switch (random.Below(7))
        {
            case 0:
                return $"(i16x8.splat {I32(depth)})";
            case 1:
                return $"(f64x2.replace_lane 1 {Of("v128")} {Of("f64")})";
            case 2:
                string lanes = string.Join(' ', Enumerable.Range(0, 16).Select(_ => random.Below(32)));
                return $"(i8x16.shuffle {lanes} {Of("v128")} {Of("v128")})";
            case 3:
                return $"({random.Of(VectorUnaries)} {Of("v128")})";
            case 4:
                return $"({random.Of(VectorTernaries)} {Of("v128")} {Of("v128")} {Of("v128")})";
            case 5:
                MemoryItem memory = random.Of(module.Memories);
                return $"(v128.load8x8_s {memory.Name} {Address(memory.Is64, depth)})";
            default:
                return $"({random.Of(VectorOperations)} {Of("v128")} {Of("v128")})";
        }
    }

    private string Reference(WasmType type, int depth)
    {
        bool isBottom = type.Name is "none" or "nofunc" or "noextern" or "noexn";
        if (type.IsNullable && (isBottom || depth < 0 || random.OneIn(3) || (isConstant && type.Name == "exn")))
        {
            return $"(ref.null {type.Name})";
        }

        return type.Name switch
        {
            "any" => random.OneIn(3)
                ? $"(any.convert_extern {Value(WasmType.NonNull("extern"), depth)})"
                : Reference(WasmType.NonNull("eq"), depth),
            "eq" => Reference(WasmType.NonNull(depth < 0 ? "i31" : random.Of(["i31", "struct", "array"])), depth),
            "i31" => $"(ref.i31 {I32(depth)})",
            "struct" => New(
                depth < 0 ? module.Types.Named("$t0") : random.Of(module.Types.Structures.ToArray()),
                depth
            ),
            "array" => New(depth < 0 ? module.Types.Named("$t1") : random.Of(module.Types.Arrays.ToArray()), depth),
            "func" => $"(ref.func {ModuleWriter.LeafOf(random.Of(module.Types.Functions.ToArray()))})",
            // One that leads back to any ends there.
            "extern" => $"(extern.convert_any {Reference(WasmType.NonNull(depth < 0 ? "i31" : "eq"), depth)})",
            "exn" => Exception(depth),
            _ => New(module.Types.Named(type.Name), depth),
        };
    }

    private string Exception(int depth)
    {
        string label = Label();
        string thrower = module.Tags.Count == 0 ? "(throw_ref (ref.null exn))" : Thrown(depth);
        // A throw of null traps: whatever is thrown is there.
        return $"(block {label} (result (ref exn)) (try_table (catch_all_ref {label}) {thrower}) unreachable)";
    }

    private string New(DefinedType type, int depth)
    {
        if (depth >= 0)
        {
            type = random.Of(module.Types.SubtypesOf(type));
        }

        bool hasDefault = type.Fields.All(field => field.Type.HasDefault);
        if (type.Kind == TypeKind.Function)
        {
            return $"(ref.func {ModuleWriter.LeafOf(type)})";
        }

        if (type.Kind == TypeKind.Structure)
        {
            return hasDefault && (depth < 0 || random.OneIn(3))
                ? $"(struct.new_default {type.Name})"
                : $"(struct.new {type.Name} {Values(type.Fields.Select(field => field.Type), depth)})";
        }

        WasmType element = type.Fields[0].Type;
        return random.Below(4) switch
        {
            0 when hasDefault => $"(array.new_default {type.Name} (i32.const {2 + random.Below(8)}))",
            1 => $"(array.new {type.Name} {Value(element, depth)} (i32.const {2 + random.Below(8)}))",
            2 when !isConstant && type.Name == "$t1" =>
                $"(array.new_data {type.Name} {ModuleWriter.Bytes} (i32.const {random.Below(3)}) (i32.const {1 + random.Below(3)}))",
            3 when !isConstant && element == ModuleWriter.ElementType =>
                $"(array.new_elem {type.Name} {ModuleWriter.Elements} (i32.const 0) (i32.const 2))",
            _ => $"(array.new_fixed {type.Name} 2 {Values([element, element], depth)})",
        };
    }
}
