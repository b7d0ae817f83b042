using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wasmtime;

namespace FireAndForget.Guests;

/// <summary>
/// Switches on the component model's async features in an engine that checks components. Only the check needs them: the direct
/// runtime makes tasks out of core WebAssembly, and no engine that runs guests has them. The package has no method for it.
/// </summary>
internal static partial class AsyncFeatures
{
    private const string Library = "wasmtime";

    public static Config Allow(Config config)
    {
        var handle = (SafeHandle)HandleOf(config);
        wasmtime_config_concurrency_support_set(handle, true);
        wasmtime_config_wasm_component_model_async_set(handle, true);
        wasmtime_config_wasm_component_model_more_async_builtins_set(handle, true);
        return config;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_NativeHandle")]
    [return: UnsafeAccessorType("Wasmtime.Config+Handle, Wasmtime.Dotnet")]
    private static extern object HandleOf(Config config);

    [LibraryImport(Library)]
    private static partial void wasmtime_config_concurrency_support_set(
        SafeHandle config,
        [MarshalAs(UnmanagedType.U1)] bool enable
    );

    [LibraryImport(Library)]
    private static partial void wasmtime_config_wasm_component_model_async_set(
        SafeHandle config,
        [MarshalAs(UnmanagedType.U1)] bool enable
    );

    /// <summary>The forms of built-ins for streams, futures and subtasks that wait where others answer that they would have to, and the reverse.</summary>
    [LibraryImport(Library)]
    private static partial void wasmtime_config_wasm_component_model_more_async_builtins_set(
        SafeHandle config,
        [MarshalAs(UnmanagedType.U1)] bool enable
    );
}
