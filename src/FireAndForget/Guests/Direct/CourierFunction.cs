using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FireAndForget.Buffers;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// A courier's function "deliver", called without the objects that the .NET package has between a delegate and its native library:
/// each of them is one more cache line that a guest's turn waits for. Errors are the package's own.
/// </summary>
internal readonly unsafe partial struct CourierFunction
{
    private const string Library = "wasmtime";

    // Fields of a type that cannot be named are out of an UnsafeAccessor's reach.
    private static readonly FieldInfo FunctionField = Field(typeof(Function), "func");
    private static readonly FieldInfo StoreField = Field(FunctionField.FieldType, "store");
    private static readonly FieldInfo PrivateField = Field(FunctionField.FieldType, "__private");

    private readonly nint _context;
    private readonly NativeFunction _function;

    /// <summary>The function of a courier in this store, which is to live as long as this is called.</summary>
    public CourierFunction(Store store, Function function)
    {
        if (function.Parameters.Count != Parameters || function.Results.Count != 1)
        {
            throw new ArgumentException("The courier's function has another type.", nameof(function));
        }

        object native = FunctionField.GetValue(function)!;
        _context = ContextOf(store);
        _function = new((ulong)StoreField.GetValue(native)!, (nint)PrivateField.GetValue(native)!);
    }

    private const int Parameters = 4;

    /// <summary>Delivers the messages that lie in a tray.</summary>
    /// <param name="store">The store.</param>
    /// <param name="tray">The tray's offset in bytes.</param>
    /// <param name="count">How many messages.</param>
    /// <param name="start">The byte position of the first one.</param>
    /// <param name="greatestAnswer">The greatest answer that is in range, as an unsigned number.</param>
    /// <returns>How many were rejected.</returns>
    /// <exception cref="WasmtimeException">The guest trapped or was interrupted.</exception>
    public int Call(Store store, int tray, int count, int start, int greatestAnswer)
    {
        // Parameters and results share these places.
        Value* values = stackalloc Value[Parameters];
        values[0].I32 = tray;
        values[1].I32 = count;
        values[2].I32 = start;
        values[3].I32 = greatestAnswer;
        NativeFunction function = _function;
        nint error = wasmtime_func_call_unchecked(_context, &function, values, Parameters, out nint trap);
        GC.KeepAlive(store);
        if ((error | trap) != 0)
        {
            Throw(error, trap);
        }

        return values[0].I32;
    }

    /// <summary>Has what a call touches in the store brought into the caches.</summary>
    public void Fetch()
    {
        CacheLines.Fetch((void*)_context, StoreLines);
        CacheLines.Fetch((byte*)_function.Private - (int)(CacheLines.Size * InstanceLines), InstanceLines + 1);
    }

    private const int StoreLines = 4;
    private const int InstanceLines = 4;

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
        NativeFunction* function,
        Value* values,
        nuint count,
        out nint trap
    );

    /// <summary><c>wasmtime_func_t</c>.</summary>
    private readonly record struct NativeFunction(ulong Store, nint Private);

    /// <summary><c>wasmtime_val_raw_t</c>, as far as it is used.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Value
    {
        [FieldOffset(0)]
        public int I32;
    }
}
