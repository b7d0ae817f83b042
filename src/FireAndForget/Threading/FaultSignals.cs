using System.Runtime.InteropServices;

namespace FireAndForget.Threading;

/// <summary>
/// Has a fault of .NET code end as .NET's exception although Wasmtime handles the same signal, on x64 Linux. Wasmtime's handlers
/// run on a thread's alternate signal stack and hand on what no guest did. .NET throws from where its own handler runs, which for
/// SIGFPE, a division by zero, and SIGILL has to be the thread's own stack: from the alternate one the process ends. So those
/// two are delivered on the thread's own stack, which is large enough wherever guests run. SIGSEGV stays: .NET handles that one
/// itself on the alternate stack, and only there can it tell of a stack overflow.
/// See <c>docs/decisions/0018-signals.md</c>.
/// </summary>
internal static unsafe partial class FaultSignals
{
    private const int SigIll = 4;
    private const int SigFpe = 8;
    private const int OnAlternateStack = 0x08000000;

    /// <summary>Whether there is something to mend: elsewhere the signals come otherwise, or not at all.</summary>
    private static readonly bool IsNeeded =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>
    /// Call it behind whatever may have installed Wasmtime's handlers. It costs two system calls where all is well. Any thread.
    /// </summary>
    public static void Mend()
    {
        if (IsNeeded)
        {
            Mend(SigFpe);
            Mend(SigIll);
        }
    }

    private static void Mend(int signal)
    {
        // Default and ignore, 0 and 1, are no handlers.
        if (Get(signal, null, out Action action) == 0 && action.Handler > 1 && (action.Flags & OnAlternateStack) != 0)
        {
            action.Flags &= ~OnAlternateStack;
            _ = Get(signal, &action, out _);
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int Get(int signal, Action* set, out Action had);

    /// <summary>A <c>struct sigaction</c> of x64 Linux, which is the same for glibc and musl.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 152)]
    internal struct Action
    {
        [FieldOffset(0)]
        public nint Handler;

        /// <summary>Signals that wait meanwhile: 1,024 bits.</summary>
        [FieldOffset(8)]
        public fixed byte Mask[128];

        [FieldOffset(136)]
        public int Flags;

        [FieldOffset(144)]
        public nint Restorer;
    }
}
