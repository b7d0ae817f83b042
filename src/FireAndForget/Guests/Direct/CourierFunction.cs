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

    /// <summary>Where a call reads and writes in a store of Wasmtime 50, in bytes from its context.</summary>
    private static ReadOnlySpan<short> StorePlaces => [0x5A8, 0x848, 0x888, 0x8C0, 0x8E8, 0x948];

    /// <summary>Where a function of Wasmtime's has its instance.</summary>
    private const int InstanceOfFunction = 0x18;

    /// <summary>The cache lines of an instance that has few imports and globals.</summary>
    private const int InstanceLines = 3;

    private readonly nint _context;
    private readonly NativeFunction _function;
    private readonly byte* _courier;
    private readonly byte* _allocator;
    private readonly byte* _handler;

    /// <summary>The function of a courier in this store, which is to live as long as this is called.</summary>
    /// <param name="store">The store.</param>
    /// <param name="function">The function.</param>
    /// <param name="realloc">What it calls to get memory of the guest's.</param>
    /// <param name="handleMessage">What it calls with a message.</param>
    public CourierFunction(Store store, Function function, Function realloc, Function handleMessage)
    {
        if (function.Parameters.Count != Parameters || function.Results.Count != 1)
        {
            throw new ArgumentException("The courier's function has another type.", nameof(function));
        }

        _context = ContextOf(store);
        _function = NativeOf(function);
        _courier = InstanceOf(_function);
        _allocator = InstanceOf(NativeOf(realloc));
        _handler = InstanceOf(NativeOf(handleMessage));
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

    /// <summary>
    /// As <see cref="Store.SetEpochDeadline"/> with 1, without the package's objects: with thousands of guests each has it moved at each
    /// turn, and those would be waited for.
    /// </summary>
    public void MoveDeadline(Store store)
    {
        wasmtime_context_set_epoch_deadline(_context, 1);
        GC.KeepAlive(store);
    }

    /// <summary>
    /// Has what a call touches in the store and the instances brought into the caches. Where another version of Wasmtime has it elsewhere
    /// it is brought in vain.
    /// </summary>
    public void Fetch()
    {
        foreach (short place in StorePlaces)
        {
            CacheLines.Fetch((byte*)_context + place);
        }

        CacheLines.Fetch(_courier, InstanceLines);
        CacheLines.Fetch((void*)_function.Private);
        CacheLines.Fetch(_allocator, InstanceLines);
        if (_handler != _allocator)
        {
            CacheLines.Fetch(_handler, InstanceLines);
        }
    }

    private static NativeFunction NativeOf(Function function)
    {
        object native = FunctionField.GetValue(function)!;
        return new((ulong)StoreField.GetValue(native)!, (nint)PrivateField.GetValue(native)!);
    }

    private static byte* InstanceOf(NativeFunction function) => *(byte**)((byte*)function.Private + InstanceOfFunction);

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

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial void wasmtime_context_set_epoch_deadline(nint context, ulong ticksBeyondCurrent);

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
