using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Generation;

/// <summary>Writes random functions: locals, statements, and at the end their results or a tail call.</summary>
internal sealed class FunctionWriter(ModuleWriter module, Randomness random, bool isLeaf)
    : ExpressionWriter(module, random, isLeaf: isLeaf)
{
    private const int Depth = 3;

    /// <summary>The text of a function.</summary>
    public string Function(FunctionItem function)
    {
        for (int i = 0; i < function.Parameters.Count; i++)
        {
            Locals.Add(($"$p{i}", function.Parameters[i]));
        }

        string parameters = string.Concat(Locals.Select(local => $" (param {local.Name} {local.Type})"));
        string type = function.DefinedType is null ? "" : $" (type {function.DefinedType.Name})";
        // Each gets its value at once, so that they may be of types without a default.
        WasmType[] types = [.. Enumerable.Range(0, Random.Below(4)).Select(_ => Module.Types.AnyFunctionType())];
        string locals = string.Concat(types.Select((of, i) => $" (local $v{i} {of})"));
        List<string> body = [];
        for (int i = 0; i < types.Length; i++)
        {
            body.Add($"(local.set $v{i} {Value(types[i], Depth - 1)})");
            Locals.Add(($"$v{i}", types[i]));
        }

        body.AddRange(Enumerable.Range(0, Random.Below(IsLeaf ? 2 : 5)).Select(_ => Statement(Depth)));
        body.Add(TailCall(function.Results) ?? Values(function.Results, Depth));
        return $"(func {function.Name}{type}{parameters}{Signature.Results(function.Results)}{locals}\n    {string.Join("\n    ", body)})";
    }

    private string? TailCall(IReadOnlyList<WasmType> results)
    {
        if (IsLeaf || CallsLeft == 0 || !Random.OneIn(3))
        {
            return null;
        }

        FunctionItem[] functions = Callable(function => function.Results.SequenceEqual(results));
        DefinedType[] types = [.. Module.Types.Functions.Where(type => type.Results.SequenceEqual(results))];
        if (types.Length > 0 && Random.OneIn(2))
        {
            DefinedType type = Random.Of(types);
            return Random.OneIn(2)
                ? $"(return_call_ref {type.Name} {Values(type.Parameters, Depth)} {Value(WasmType.NonNull(type.Name), Depth)})"
                : $"(return_call_indirect {ModuleWriter.Calls} (type {type.Name}) {Values(type.Parameters, Depth)} (i32.const {Module.CallIndexOf(type)}))";
        }

        FunctionItem? called = functions.Length == 0 ? null : Random.Of(functions);
        return called is null ? null : $"(return_call {called.Name} {Values(called.Parameters, Depth)})";
    }

    private string Statement(int depth)
    {
        depth--;
        MemoryItem memory = Random.Of(Module.Memories);
        MemoryItem other = Random.Of(Module.Memories);
        string length = memory.Is64 && other.Is64 ? "i64" : "i32";
        switch (Random.Below(16))
        {
            case 0 when Module.Globals.Where(global => global.IsMutable).ToArray() is { Length: > 0 } globals:
                GlobalItem global = Random.Of(globals);
                return $"(global.set {global.Name} {Value(global.ValueType, depth)})";
            case 1 when Module.Tables.Count > 0:
                return TableStatement(depth);
            case 2:
                return $"(v128.store {memory.Name} {Address(memory.Is64, depth)} {Value(new("v128"), depth)})";
            case 3:
                return $"(memory.fill {memory.Name} {Address(memory.Is64, depth)} {I32(depth)} ({(memory.Is64 ? "i64" : "i32")}.const {Random.Below(256)}))";
            case 4:
                return $"(memory.copy {memory.Name} {other.Name} {Address(memory.Is64, depth)} {Address(other.Is64, depth)} ({length}.const {Random.Below(256)}))";
            case 5:
                return $"(memory.init {memory.Name} {ModuleWriter.Bytes} {Address(memory.Is64, depth)} (i32.const {Random.Below(4)}) (i32.const {Random.Below(8)}))";
            case 6 or 7:
                return ObjectStatement(depth);
            case 8 when Random.Of(Module.Types.Functions.ToArray()) is { } type && !IsLeaf && CallsLeft-- > 0:
                // Several results at once.
                return $"(call_ref {type.Name} {Values(type.Parameters, depth)} {Value(WasmType.NonNull(type.Name), depth)}){string.Concat(type.Results.Select(_ => " drop"))}";
            case 9 when depth > 0:
                return $"(if {I32(depth)} (then {Statement(depth)}) (else {Statement(depth)}))";
            case 10 when depth > 0:
                WasmType[] types = [Module.Types.AnyFunctionType(), WasmType.I32];
                return $"{Values(types, depth)} (block{Signature.Of(types, [types[0]])} drop) drop";
            case 11 when depth > 0 && !IsLeaf:
                return Loop(depth);
            case 12 when Module.HostCalls.Count > 0:
                return Random.Of(Module.HostCalls)(this);
            case 13 when Random.OneIn(6):
                return Random.OneIn(2) ? $"(data.drop {ModuleWriter.Bytes})" : $"(elem.drop {ModuleWriter.Elements})";
            default:
                return $"(drop {Value(Module.Types.AnyFunctionType(), depth + 1)})";
        }
    }

    private string Loop(int depth)
    {
        string label = Label();
        string counter = $"{ModuleWriter.Counter}";
        // One counter for all loops: it only falls until a message is over.
        return $"(loop {label} {Statement(depth)} (if (i32.gt_u (global.get {counter}) (i32.const 0)) (then (global.set {counter} (i32.sub (global.get {counter}) (i32.const 1))) (br {label}))))";
    }

    private string TableStatement(int depth)
    {
        TableItem table = Random.Of(Module.Tables);
        string index = table.Is64 ? "i64" : "i32";
        string place = Masked(table.Is64, 3, depth);
        return Random.Below(4) switch
        {
            0 => $"(table.fill {table.Name} {place} {Value(table.Element, depth)} ({index}.const {Random.Below(2)}))",
            1 =>
                $"(table.copy {table.Name} {table.Name} {place} {Masked(table.Is64, 3, depth)} ({index}.const {Random.Below(2)}))",
            2 when table.Element == ModuleWriter.ElementType =>
                $"(table.init {table.Name} {ModuleWriter.Elements} {place} (i32.const 0) (i32.const 1))",
            _ => $"(table.set {table.Name} {place} {Value(table.Element, depth)})",
        };
    }

    private string ObjectStatement(int depth)
    {
        DefinedType type = Random.Of(Module.Types.Structures.Concat(Module.Types.Arrays).ToArray());
        int[] mutable = [.. Enumerable.Range(0, type.Fields.Count).Where(i => type.Fields[i].IsMutable)];
        if (mutable.Length == 0)
        {
            return "nop";
        }

        int field = Random.Of(mutable);
        string of = Value(WasmType.NonNull(type.Name), depth);
        string value = Value(type.Fields[field].Type, depth);
        return type.Kind == TypeKind.Structure ? $"(struct.set {type.Name} {field} {of} {value})"
            : Random.OneIn(2) ? $"(array.set {type.Name} {of} {Masked(false, 1, depth)} {value})"
            : $"(array.fill {type.Name} {of} (i32.const 0) {value} (i32.const {Random.Below(3)}))";
    }
}
