using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

/// <summary>
/// The memory in which the trays of all couriers of an engine lie: a shared memory of the threads proposal, because only such a
/// memory can be imported into many stores. Couriers import it and no guest does. It is cut into trays, one for each thread that
/// delivers.
/// </summary>
/// <remarks>
/// The .NET package knows shared memories by name only, so a few functions of its native library are declared here. What they need
/// of the package's handles is looked up by name at the first engine: a package that has changed fails there, before any guest runs.
/// </remarks>
internal sealed unsafe partial class TrayMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private const string Library = "wasmtime";
    private const int PageBytes = 65536;
    private const ulong PagesOfTray = TrayLayout.Size / PageBytes;

    /// <summary>The most that a 32-bit memory has.</summary>
    private const ulong MostPages = 65536;

    // The type is not public, and an UnsafeAccessor works for types that can be named only.
    private static readonly FieldInfo LinkerHandle = typeof(Linker).GetField(
        "handle",
        BindingFlags.Instance | BindingFlags.NonPublic
    )!;

    /// <summary>The tray that this thread used last.</summary>
    [ThreadStatic]
    private static Lease? _last;

    private readonly TrayLeases _trays;
    private readonly ThreadLocal<Lease> _leases;

    /// <summary>A memory for an engine whose configuration came through <see cref="Allow"/>.</summary>
    /// <exception cref="WasmtimeException">The engine gives none.</exception>
    public TrayMemory(Engine engine)
        : base(ownsHandle: true)
    {
        ThrowOnError(wasmtime_memorytype_new(0, true, MostPages, false, true, 16, out nint type));
        try
        {
            ThrowOnError(wasmtime_sharedmemory_new((SafeHandle)HandleOf(engine), type, out nint memory));
            SetHandle(memory);
        }
        finally
        {
            wasm_memorytype_delete(type);
        }

        _trays = new(Add);
        _leases = new(() => new(this, _trays.Take()));
    }

    /// <summary>The tray of the calling thread: no other thread gets it while this one lives.</summary>
    public Tray OfThisThread
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Lease? last = _last;
            return last is not null && last.Memory == this ? last.Tray : FindOfThisThread();
        }
    }

    /// <summary>Lets an engine with this configuration have such a memory. Guests that ask for one are refused by the checks.</summary>
    public static Config Allow(Config config)
    {
        wasmtime_config_shared_memory_set((SafeHandle)HandleOf(config), true);
        return config.WithWasmThreads(true);
    }

    /// <summary>Offers this memory to a courier that the linker is to instantiate in the store, as "trays" of module "host".</summary>
    public void Define(Linker linker, Store store)
    {
        ReadOnlySpan<byte> module = "host"u8;
        ReadOnlySpan<byte> name = "trays"u8;
        bool isHeld = false;
        DangerousAddRef(ref isHeld);
        try
        {
            Extern item = new() { Kind = Extern.SharedMemory, Memory = handle };
            fixed (byte* modulePointer = module)
            fixed (byte* namePointer = name)
            {
                ThrowOnError(
                    wasmtime_linker_define(
                        (SafeHandle)LinkerHandle.GetValue(linker)!,
                        ContextOf(store),
                        modulePointer,
                        (nuint)module.Length,
                        namePointer,
                        (nuint)name.Length,
                        &item
                    )
                );
            }

            GC.KeepAlive(store);
        }
        finally
        {
            DangerousRelease();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _leases.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle()
    {
        wasmtime_sharedmemory_delete(handle);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Tray FindOfThisThread()
    {
        _last = _leases.Value!;
        return _last.Tray;
    }

    /// <summary>Makes room for one more tray. Pages that nobody touches take no memory.</summary>
    private Tray Add()
    {
        ThrowOnError(wasmtime_sharedmemory_grow(this, PagesOfTray, out ulong before));
        ulong start = before * PageBytes;
        ulong size = wasmtime_sharedmemory_data_size(this);
        return size >= start + TrayLayout.Size
            ? new(wasmtime_sharedmemory_data(this) + start, (int)start)
            : throw new InvalidOperationException(
                $"The couriers' trays have {size} bytes, fewer than they were given."
            );
    }

    private static void ThrowOnError(nint error)
    {
        if (error != 0)
        {
            throw FromOwnedError(null!, error);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_NativeHandle")]
    [return: UnsafeAccessorType("Wasmtime.Config+Handle, Wasmtime.Dotnet")]
    private static extern object HandleOf(Config config);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_NativeHandle")]
    [return: UnsafeAccessorType("Wasmtime.Engine+Handle, Wasmtime.Dotnet")]
    private static extern object HandleOf(Engine engine);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "contextHandle")]
    private static extern ref nint ContextOf(Store store);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "FromOwnedError")]
    private static extern WasmtimeException FromOwnedError(WasmtimeException type, nint error);

    [LibraryImport(Library)]
    private static partial void wasmtime_config_shared_memory_set(
        SafeHandle config,
        [MarshalAs(UnmanagedType.U1)] bool enable
    );

    [LibraryImport(Library)]
    private static partial nint wasmtime_memorytype_new(
        ulong minimum,
        [MarshalAs(UnmanagedType.U1)] bool hasMaximum,
        ulong maximum,
        [MarshalAs(UnmanagedType.U1)] bool is64Bit,
        [MarshalAs(UnmanagedType.U1)] bool isShared,
        byte pageSizeLog2,
        out nint type
    );

    [LibraryImport(Library)]
    private static partial void wasm_memorytype_delete(nint type);

    [LibraryImport(Library)]
    private static partial nint wasmtime_sharedmemory_new(SafeHandle engine, nint type, out nint memory);

    [LibraryImport(Library)]
    private static partial void wasmtime_sharedmemory_delete(nint memory);

    [LibraryImport(Library)]
    private static partial byte* wasmtime_sharedmemory_data(TrayMemory memory);

    [LibraryImport(Library)]
    private static partial nuint wasmtime_sharedmemory_data_size(TrayMemory memory);

    [LibraryImport(Library)]
    private static partial nint wasmtime_sharedmemory_grow(TrayMemory memory, ulong pages, out ulong before);

    [LibraryImport(Library)]
    private static partial nint wasmtime_linker_define(
        SafeHandle linker,
        nint context,
        byte* module,
        nuint moduleLength,
        byte* name,
        nuint nameLength,
        Extern* item
    );

    /// <summary>An item to import (<c>wasmtime_extern_t</c>): its kind, and for a shared memory the handle.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct Extern
    {
        public const byte SharedMemory = 4;

        [FieldOffset(0)]
        public byte Kind;

        [FieldOffset(8)]
        public nint Memory;
    }

    /// <summary>A thread's tray, which is free for others when the thread is no more.</summary>
    private sealed class Lease(TrayMemory memory, Tray tray)
    {
        ~Lease() => memory._trays.GiveBack(tray);

        public TrayMemory Memory => memory;

        public Tray Tray => tray;
    }
}
