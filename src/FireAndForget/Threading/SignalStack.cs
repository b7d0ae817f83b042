using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace FireAndForget.Threading;

/// <summary>
/// Where the handlers of signals run while a thread runs guests, on Linux. Wasmtime replaces a thread's alternate signal stack
/// where that is smaller than it wants, as .NET's is, and disables the stack when the thread ends; .NET then does not find its own
/// and leaves it mapped, so that each thread that ran a guest cost two mappings for good. A thread that enters here has a stack
/// that is large enough before its first guest, which Wasmtime leaves alone, and its own one back when it exits. Stacks are kept
/// for the next thread: there are as many as threads ran guests at once. Elsewhere Wasmtime replaces nothing.
/// </summary>
internal static unsafe partial class SignalStack
{
    /// <summary>No less than Wasmtime wants, which is 64 pages of 4 KiB.</summary>
    public const int Bytes = 64 * 4096;

    private const int Disabled = 2;
    private const int ProtectionNone = 0;
    private const int ReadAndWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;

    /// <summary>How often a thread has its own stack put back when it exits, before it keeps the large one.</summary>
    private const int MostExits = 16;

    /// <summary>What the current thread keeps; null: nothing yet.</summary>
    [ThreadStatic]
    private static Kept? _kept;

    [ThreadStatic]
    private static int _exits;

    /// <summary>No lock, out of which a thread that was interrupted would throw.</summary>
    private static readonly ConcurrentStack<nint> Free = new();

    /// <summary>Gives the thread a stack that is large enough, where it has none.</summary>
    /// <returns>What it had, for <see cref="Exit"/>.</returns>
    public static Saved Enter()
    {
        if (!OperatingSystem.IsLinux() || !Free.TryPop(out nint stack) && !TryMap(out stack))
        {
            return default;
        }

        Description large = new() { Start = stack, Size = Bytes };
        if (Set(&large, out Description had) != 0)
        {
            Free.Push(stack);
            return default;
        }

        Saved saved = new(had, stack);
        if ((had.Flags & Disabled) != 0 || had.Size < Bytes)
        {
            return saved;
        }

        // Wasmtime's, of guests that ran here before, which it wants to find at the thread's end.
        Exit(saved);
        return default;
    }

    /// <summary>
    /// As <see cref="Enter"/>, for a thread that runs guests again and again for a short time. Two calls of the system for each time
    /// cost more than a message, so one that has come often keeps the large stack from then on; its own two mappings are lost when it
    /// ends. Threads that come a few times and end lose nothing.
    /// </summary>
    /// <returns>What it had, for <see cref="Exit"/>.</returns>
    public static Saved EnterAgain()
    {
        if (_kept is not null)
        {
            return default;
        }

        Saved saved = Enter();
        if (_exits++ < MostExits)
        {
            return saved;
        }

        _kept = new(saved.Stack);
        return default;
    }

    /// <summary>Gives the thread back what it had.</summary>
    public static void Exit(in Saved saved)
    {
        if (saved.Stack != 0)
        {
            Description had = saved.Had;
            if (Set(&had, out _) == 0)
            {
                Free.Push(saved.Stack);
            }
        }
    }

    /// <summary>Maps one, with a page below it that nobody may touch.</summary>
    private static bool TryMap(out nint stack)
    {
        int page = Environment.SystemPageSize;
        nint all = Map(0, (nuint)(page + Bytes), ProtectionNone, PrivateAnonymous, -1, 0);
        stack = all + page;
        if (all == -1)
        {
            return false;
        }

        if (Protect(stack, Bytes, ReadAndWrite) != 0)
        {
            _ = Unmap(all, (nuint)(page + Bytes));
            return false;
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "sigaltstack")]
    private static partial int Set(Description* set, out Description had);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    /// <summary>A stack that a thread keeps to its end, when another gets it; 0 where it keeps one that it had.</summary>
    private sealed class Kept(nint stack)
    {
        ~Kept()
        {
            // Nobody refers to what is static to a thread that has ended.
            if (stack != 0)
            {
                Free.Push(stack);
            }
        }
    }

    /// <summary>What a thread had; nothing where it kept that.</summary>
    /// <param name="Had">Its own stack.</param>
    /// <param name="Stack">The one that it got; 0: none.</param>
    internal readonly record struct Saved(Description Had, nint Stack);

    /// <summary>A <c>stack_t</c> of Linux, which is the same for all its 64-bit processors and C libraries.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Description
    {
        public nint Start;
        public int Flags;
        public nuint Size;
    }
}
