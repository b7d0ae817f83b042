using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// A function of an instance, called without the objects that the .NET package has between a delegate and its native library: each of
/// them is one more cache line to wait for, and together they take twice as long as the call. Errors are those that the package throws.
/// </summary>
internal readonly unsafe partial struct NativeFunction
{
    private const string Library = "wasmtime";

    // The types are not public, and an UnsafeAccessor works for types that can be named only.
    private static readonly FieldInfo FunctionField = Field(typeof(Function), "func");
    private static readonly FieldInfo StoreField = Field(FunctionField.FieldType, "store");
    private static readonly FieldInfo PrivateField = Field(FunctionField.FieldType, "__private");

    /// <summary>Where a function of Wasmtime 50 has its instance, in bytes.</summary>
    private const int InstanceOfFunction = 0x18;

    private readonly nint _context;
    private readonly Handle _function;

    /// <summary>A function of this store, which is to live as long as this is called: until it is disposed of.</summary>
    /// <param name="store">The store.</param>
    /// <param name="function">The function.</param>
    /// <param name="parameters">How many parameters it has.</param>
    /// <param name="results">How many results it has, one at the most.</param>
    public NativeFunction(Store store, Function function, int parameters, int results)
    {
        if (function.Parameters.Count != parameters || function.Results.Count != results)
        {
            throw new ArgumentException("The function has another type.", nameof(function));
        }

        object native = FunctionField.GetValue(function)!;
        _context = ContextOf(store);
        _function = new((ulong)StoreField.GetValue(native)!, (nint)PrivateField.GetValue(native)!);
    }

    /// <summary>Whether there is a function.</summary>
    public bool Exists => _context != 0;

    /// <exception cref="WasmtimeException">The guest trapped or was interrupted.</exception>
    public void Call()
    {
        Value* values = stackalloc Value[1];
        Call(values, 0);
    }

    /// <exception cref="WasmtimeException">The guest trapped or was interrupted.</exception>
    public void Call(int one)
    {
        Value* values = stackalloc Value[1];
        values[0].I32 = one;
        Call(values, 1);
    }

    /// <summary>A call of a function with one parameter that has a result.</summary>
    /// <exception cref="WasmtimeException">The guest trapped or was interrupted.</exception>
    public int CallForResult(int one)
    {
        Value* values = stackalloc Value[1];
        values[0].I32 = one;
        Call(values, 1);
        return values[0].I32;
    }

    /// <exception cref="WasmtimeException">The guest trapped or was interrupted.</exception>
    public int Call(int one, int two, int three, int four)
    {
        // Parameters and results share these places.
        Value* values = stackalloc Value[4];
        values[0].I32 = one;
        values[1].I32 = two;
        values[2].I32 = three;
        values[3].I32 = four;
        Call(values, 4);
        return values[0].I32;
    }

    /// <exception cref="WasmtimeException">The guest trapped or was interrupted.</exception>
    public void Call(long one, int two, int three, int four)
    {
        Value* values = stackalloc Value[4];
        values[0].I64 = one;
        values[1].I32 = two;
        values[2].I32 = three;
        values[3].I32 = four;
        Call(values, 4);
    }

    /// <exception cref="WasmtimeException">The guest trapped or was interrupted.</exception>
    public int Call(int one, int two, int three, int four, int five, int six)
    {
        Value* values = stackalloc Value[6];
        values[0].I32 = one;
        values[1].I32 = two;
        values[2].I32 = three;
        values[3].I32 = four;
        values[4].I32 = five;
        values[5].I32 = six;
        Call(values, 6);
        return values[0].I32;
    }

    /// <summary>
    /// Sets the deadline of the function's store to the next epoch, as <see cref="Store.SetEpochDeadline"/> does with 1, without
    /// touching the package's objects: with thousands of guests, none of those is in a cache.
    /// </summary>
    public void MoveDeadline() => wasmtime_context_set_epoch_deadline(_context, 1);

    /// <summary>
    /// The addresses in the native library's memory that a call touches: the store, the function, and the function's instance.
    /// </summary>
    public (nint Context, nint Function, nint Instance) Places =>
        (_context, _function.Private, *(nint*)((byte*)_function.Private + InstanceOfFunction));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Call(Value* values, nuint count)
    {
        Handle function = _function;
        nint error = wasmtime_func_call_unchecked(_context, &function, values, count, out nint trap);
        if ((error | trap) != 0)
        {
            Throw(error, trap);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(nint error, nint trap) =>
        throw (error != 0 ? FromOwnedError(null!, error) : FromOwnedTrap(null!, trap, true));

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicFields, typeof(Function))]
    [DynamicDependency(
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields,
        "Wasmtime.ExternFunc",
        "Wasmtime.Dotnet"
    )]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The fields are kept by the attributes above.")]
    private static FieldInfo Field(Type type, string name) =>
        type.GetField(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        ?? throw new InvalidOperationException($"Wasmtime's {type.Name} has no field '{name}' any more.");

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "contextHandle")]
    private static extern ref nint ContextOf(Store store);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "FromOwnedError")]
    private static extern WasmtimeException FromOwnedError(WasmtimeException type, nint error);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "FromOwnedTrap")]
    private static extern TrapException FromOwnedTrap(TrapException type, nint trap, bool delete);

    [LibraryImport(Library)]
    private static partial nint wasmtime_func_call_unchecked(
        nint context,
        Handle* function,
        Value* values,
        nuint count,
        out nint trap
    );

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial void wasmtime_context_set_epoch_deadline(nint context, ulong ticksBeyondCurrent);

    /// <summary><c>wasmtime_func_t</c>.</summary>
    private readonly record struct Handle(ulong Store, nint Private);

    /// <summary><c>wasmtime_val_raw_t</c>, as far as it is used.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Value
    {
        [FieldOffset(0)]
        public int I32;

        [FieldOffset(0)]
        public long I64;
    }
}
