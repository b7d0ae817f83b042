using FireAndForget.Guests.Calls;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Stands beside a core module that exports <c>malloc</c> and no <c>cabi_realloc</c>, and gives the host the function that it calls: a
/// module of its own in the guest's plan, so that nothing else has to know.
/// </summary>
internal static class MallocAdapter
{
    private const string Text = $"""
        (module
          (import "guest" "malloc" (func $malloc (param i32) (result i32)))
          (import "host" "no-room" (func $no-room))
          (func (export "{HostMessaging.CoreRealloc}")
            (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
            (local $block i32)
            (local.tee $block (call $malloc (select (local.get $size) (i32.const 1) (local.get $size))))
            (if (i32.eqz) (then (call $no-room)))
            (local.get $block)))
        """;

    private static readonly byte[] Binary = Wasmtime.Module.ConvertText(Text);

    /// <summary>The adapter's module.</summary>
    public static PlannedModule Module { get; } =
        new(Binary, [], [], HasStart: false, HostBytes: InstanceCost.Of(imports: 2, functions: 3, globals: 0, tags: 0));

    /// <summary>An instance of it, for the guest that is the plan's first instance.</summary>
    /// <param name="module">The adapter's place among the plan's modules.</param>
    public static PlannedInstance Instance(int module) =>
        new(module, [new CoreExport(0, HostMessaging.CoreMalloc), new MallocFailure()]);
}
