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

    /// <summary>A function with five parameters.</summary>
    public static Function Of(Store store, Action<int, int, int, int, int> callback) =>
        Make(store, callback, TypeOf(parameters: 5, results: 0), &CallAction);

    /// <summary>A function with four parameters and a result.</summary>
    public static Function Of(Store store, Func<int, int, int, int, int> callback) =>
        Make(store, callback, TypeOf(parameters: 4, results: 1), &CallFunc);

    /// <summary>A function with six parameters.</summary>
    public static Function Of(Store store, Action<int, int, int, int, int, int> callback) =>
        Make(store, callback, TypeOf(parameters: 6, results: 0), &CallActionOfSix);

    /// <summary>A function with six parameters and a result.</summary>
    public static Function Of(Store store, Func<int, int, int, int, int, int, int> callback) =>
        Make(store, callback, TypeOf(parameters: 6, results: 1), &CallFuncOfSix);

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

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CallAction(nint handle, nint caller, Value* values, nuint count)
    {
        try
        {
            Unsafe.As<Action<int, int, int, int, int>>(GCHandle.FromIntPtr(handle).Target!)(
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
    private static nint CallFunc(nint handle, nint caller, Value* values, nuint count)
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
    private static nint CallActionOfSix(nint handle, nint caller, Value* values, nuint count)
    {
        try
        {
            Unsafe.As<Action<int, int, int, int, int, int>>(GCHandle.FromIntPtr(handle).Target!)(
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
    private static nint CallFuncOfSix(nint handle, nint caller, Value* values, nuint count)
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
    private static void Release(nint handle) => GCHandle.FromIntPtr(handle).Free();

    /// <summary>
    /// The type of one function. It belongs to the first engine that uses it, so each function gets a type of its own.
    /// </summary>
    private static nint TypeOf(int parameters, int results)
    {
        TypeList parameterTypes = ListOf(parameters);
        TypeList resultTypes = ListOf(results);
        return wasm_functype_new(&parameterTypes, &resultTypes);
    }

    private static TypeList ListOf(int count)
    {
        nint* types = stackalloc nint[count + 1];
        for (int i = 0; i < count; i++)
        {
            types[i] = wasm_valtype_new(I32);
        }

        wasm_valtype_vec_new(out TypeList list, (nuint)count, types);
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
    }
}
