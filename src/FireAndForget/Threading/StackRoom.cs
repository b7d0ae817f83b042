using System.Runtime.InteropServices;

namespace FireAndForget.Threading;

/// <summary>How much stack is left to a thread that somebody else made.</summary>
internal static unsafe partial class StackRoom
{
    /// <summary>What a guest needs (512 KiB) with what .NET, Wasmtime and the handlers of signals need below it.</summary>
    public const int Least = 1 << 20;

    /// <summary>Its functions are found by this name with old and new versions of glibc, and with musl.</summary>
    private const string LinuxThreads = "libpthread.so.0";

    /// <summary>The lowest address of the thread's stack; 0: not looked up yet, 1: the system does not tell.</summary>
    [ThreadStatic]
    private static nuint _end;

    /// <summary>The bytes of stack that are left to the caller; a great number where the system does not tell.</summary>
    public static nuint Left
    {
        get
        {
            byte here;
            if (_end == 0)
            {
                _end = Math.Max(1, End());
            }

            return (nuint)(&here) - _end;
        }
    }

    /// <summary>Whether the caller has enough for guests.</summary>
    public static bool IsEnough => Left >= Least;

    private static nuint End()
    {
        if (OperatingSystem.IsWindows())
        {
            GetCurrentThreadStackLimits(out nuint low, out _);
            return low;
        }

        if (OperatingSystem.IsMacOS())
        {
            nint self = Self();
            return StackTop(self) - StackSize(self);
        }

        return OperatingSystem.IsLinux() ? EndOnLinux() : 0;
    }

    private static nuint EndOnLinux()
    {
        // A pthread_attr_t takes 56 or 64 bytes.
        ulong* attributes = stackalloc ulong[32];
        if (GetAttributes(Self(), attributes) != 0)
        {
            return 0;
        }

        bool isKnown = GetStack(attributes, out nuint low, out _) == 0;
        _ = FreeAttributes(attributes);
        return isKnown ? low : 0;
    }

    [LibraryImport("kernel32")]
    private static partial void GetCurrentThreadStackLimits(out nuint low, out nuint high);

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    private static partial nint Self();

    [LibraryImport("libc", EntryPoint = "pthread_get_stackaddr_np")]
    private static partial nuint StackTop(nint thread);

    [LibraryImport("libc", EntryPoint = "pthread_get_stacksize_np")]
    private static partial nuint StackSize(nint thread);

    [LibraryImport(LinuxThreads, EntryPoint = "pthread_getattr_np")]
    private static partial int GetAttributes(nint thread, ulong* attributes);

    [LibraryImport(LinuxThreads, EntryPoint = "pthread_attr_getstack")]
    private static partial int GetStack(ulong* attributes, out nuint low, out nuint size);

    [LibraryImport(LinuxThreads, EntryPoint = "pthread_attr_destroy")]
    private static partial int FreeAttributes(ulong* attributes);
}
