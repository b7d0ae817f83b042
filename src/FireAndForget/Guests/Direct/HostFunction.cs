using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// Functions of the host for guests, as <see cref="Function.FromCallback(Store, Action)"/> makes them, without the objects that the
/// .NET package has between its native library and a delegate: a guest that sends or asks once for each message that it gets waits for
/// each of them. What the delegate throws traps in the guest, with the same causes.
/// </summary>
internal static unsafe partial class HostFunction
{
    private const string Library = "wasmtime";
    private const byte I32 = 0;
    private const byte I64 = 1;

    // The type is not public, and an UnsafeAccessor works for types that can be named only.
    [DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicFields
            | DynamicallyAccessedMemberTypes.NonPublicFields
            | DynamicallyAccessedMemberTypes.PublicConstructors
            | DynamicallyAccessedMemberTypes.NonPublicConstructors
    )]
    private static readonly Type ExternFunction = Type.GetType(
        "Wasmtime.ExternFunc, Wasmtime.Dotnet",
        throwOnError: true
    )!;
    private static readonly FieldInfo StoreField = ExternFunction.GetField("store")!;
    private static readonly FieldInfo PrivateField = ExternFunction.GetField(
        "__private",
        BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public
    )!;
    private static readonly MethodInfo CachedFunction = FindCachedFunction();

    /// <summary>A function with four parameters and a result.</summary>
    public static Function Of(Store store, Func<int, int, int, int, int> callback) =>
        Make(store, callback, TypeOf([I32, I32, I32, I32], results: 1), &CallWithFour);

    /// <summary>A function with five parameters, and a result or none: then what the delegate returns is left out.</summary>
    public static Function Of(Store store, Func<int, int, int, int, int, int> callback, int results) =>
        Make(store, callback, TypeOf([I32, I32, I32, I32, I32], results), &CallWithFive);

    /// <summary>A function with six parameters, and a result or none: then what the delegate returns is left out.</summary>
    public static Function Of(Store store, Func<int, int, int, int, int, int, int> callback, int results) =>
        Make(store, callback, TypeOf([I32, I32, I32, I32, I32, I32], results), &CallWithSix);

    /// <summary>
    /// A function with six parameters, the fifth of 64 bits, and a result or none: then what the delegate returns is left out.
    /// </summary>
    public static Function Of(Store store, Func<int, int, int, int, long, int, int> callback, int results) =>
        Make(store, callback, TypeOf([I32, I32, I32, I32, I64, I32], results), &CallWithLong);

    private static Function Make(
        Store store,
        Delegate callback,
        nint type,
        delegate* unmanaged[Cdecl]<nint, nint, Value*, nuint, nint> entry
    )
    {
        // The store frees the handle when it is disposed of.
        nint handle = GCHandle.ToIntPtr(GCHandle.Alloc(callback));
        wasmtime_func_new_unchecked(ContextOf(store), type, entry, handle, &Release, out NativeFunction native);
        GC.KeepAlive(store);
        wasm_functype_delete(type);
        object function = RuntimeHelpers.GetUninitializedObject(ExternFunction);
        StoreField.SetValue(function, native.Store);
        PrivateField.SetValue(function, native.Private);
        return (Function)CachedFunction.Invoke(store, [function])!;
    }

    // The places of the parameters are those of the results too: where there is no result, nobody reads what is written there.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CallWithFour(nint handle, nint caller, Value* values, nuint count)
    {
        try
        {
            values[0].I32 = Unsafe.As<Func<int, int, int, int, int>>(GCHandle.FromIntPtr(handle).Target!)(
                values[0].I32,
                values[1].I32,
                values[2].I32,
                values[3].I32
            );
            return 0;
        }
        catch (Exception e)
        {
            return HandleCallbackException(null!, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CallWithFive(nint handle, nint caller, Value* values, nuint count)
    {
        try
        {
            values[0].I32 = Unsafe.As<Func<int, int, int, int, int, int>>(GCHandle.FromIntPtr(handle).Target!)(
                values[0].I32,
                values[1].I32,
                values[2].I32,
                values[3].I32,
                values[4].I32
            );
            return 0;
        }
        catch (Exception e)
        {
            return HandleCallbackException(null!, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CallWithSix(nint handle, nint caller, Value* values, nuint count)
    {
        try
        {
            values[0].I32 = Unsafe.As<Func<int, int, int, int, int, int, int>>(GCHandle.FromIntPtr(handle).Target!)(
                values[0].I32,
                values[1].I32,
                values[2].I32,
                values[3].I32,
                values[4].I32,
                values[5].I32
            );
            return 0;
        }
        catch (Exception e)
        {
            return HandleCallbackException(null!, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CallWithLong(nint handle, nint caller, Value* values, nuint count)
    {
        try
        {
            values[0].I32 = Unsafe.As<Func<int, int, int, int, long, int, int>>(GCHandle.FromIntPtr(handle).Target!)(
                values[0].I32,
                values[1].I32,
                values[2].I32,
                values[3].I32,
                values[4].I64,
                values[5].I32
            );
            return 0;
        }
        catch (Exception e)
        {
            return HandleCallbackException(null!, e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint handle) => GCHandle.FromIntPtr(handle).Free();

    /// <summary>
    /// The type of one function. It belongs to the first engine that uses it, so each function gets a type of its own.
    /// </summary>
    private static nint TypeOf(ReadOnlySpan<byte> parameters, int results)
    {
        ReadOnlySpan<byte> result = [I32];
        TypeList parameterTypes = ListOf(parameters);
        TypeList resultTypes = ListOf(result[..results]);
        return wasm_functype_new(&parameterTypes, &resultTypes);
    }

    private static TypeList ListOf(ReadOnlySpan<byte> kinds)
    {
        nint* types = stackalloc nint[kinds.Length + 1];
        for (int i = 0; i < kinds.Length; i++)
        {
            types[i] = wasm_valtype_new(kinds[i]);
        }

        wasm_valtype_vec_new(out TypeList list, (nuint)kinds.Length, types);
        return list;
    }

    [DynamicDependency(DynamicallyAccessedMemberTypes.NonPublicMethods, typeof(Store))]
    private static MethodInfo FindCachedFunction() =>
        typeof(Store).GetMethod(
            "GetCachedExtern",
            BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public,
            [ExternFunction]
        ) ?? throw new InvalidOperationException("Wasmtime's Store has no method 'GetCachedExtern' any more.");

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "contextHandle")]
    private static extern ref nint ContextOf(Store store);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "HandleCallbackException")]
    private static extern nint HandleCallbackException(Function type, Exception e);

    [LibraryImport(Library)]
    private static partial void wasmtime_func_new_unchecked(
        nint context,
        nint type,
        delegate* unmanaged[Cdecl]<nint, nint, Value*, nuint, nint> callback,
        nint environment,
        delegate* unmanaged[Cdecl]<nint, void> finalizer,
        out NativeFunction function
    );

    [LibraryImport(Library)]
    private static partial nint wasm_valtype_new(byte kind);

    [LibraryImport(Library)]
    private static partial void wasm_valtype_vec_new(out TypeList list, nuint count, nint* types);

    [LibraryImport(Library)]
    private static partial nint wasm_functype_new(TypeList* parameters, TypeList* results);

    [LibraryImport(Library)]
    private static partial void wasm_functype_delete(nint type);

    /// <summary><c>wasmtime_func_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct NativeFunction
    {
        public readonly ulong Store;
        public readonly nint Private;
    }

    /// <summary><c>wasm_valtype_vec_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TypeList
    {
        public nuint Count;
        public nint Types;
    }

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
