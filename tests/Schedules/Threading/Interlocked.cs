using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using FireAndForget.Tests.Exploring;

namespace FireAndForget;

/// <summary>Instead of the system's: each operation is a place where the schedule may go on with another thread, and a full fence.</summary>
internal static class Interlocked
{
    public static T Exchange<T>(
        ref T location,
        T value,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0
    )
    {
        Begin(ref location, new("exchanges", file, line));
        T before = location;
        location = value;
        End();
        return before;
    }

    public static T CompareExchange<T>(
        [NotNullIfNotNull(nameof(value))] ref T location,
        T value,
        T comparand,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0
    )
    {
        Begin(ref location, new("compares and exchanges", file, line));
        T before = location;
        bool isSame = typeof(T).IsValueType
            ? EqualityComparer<T>.Default.Equals(before, comparand)
            : ReferenceEquals(before, comparand);
        if (isSame)
        {
            location = value;
        }

        End();
        return before;
    }

    public static ulong CompareExchange(
        ref ulong location,
        ulong value,
        ulong comparand,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0
    ) => CompareExchange<ulong>(ref location, value, comparand, file, line);

    public static T Add<T>(ref T location, T value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : INumber<T>
    {
        Begin(ref location, new("adds", file, line));
        T after = location += value;
        End();
        return after;
    }

    public static T Increment<T>(ref T location, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : INumber<T> => Add(ref location, T.One, file, line);

    public static T Decrement<T>(ref T location, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : INumber<T> => Add(ref location, -T.One, file, line);

    public static T And<T>(ref T location, T value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : IBinaryInteger<T>
    {
        Begin(ref location, new("ands", file, line));
        T before = location;
        location &= value;
        End();
        return before;
    }

    public static T Or<T>(ref T location, T value, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where T : IBinaryInteger<T>
    {
        Begin(ref location, new("ors", file, line));
        T before = location;
        location |= value;
        End();
        return before;
    }

    public static void MemoryBarrier([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (ScheduledThread.Current is { } thread)
        {
            thread.Schedule.Pass(new("fences", file, line));
            thread.Schedule.Memory.Fence(thread);
        }
    }

    public static void MemoryBarrierProcessWide([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (ScheduledThread.Current is { } thread)
        {
            thread.Schedule.Pass(new("fences all", file, line));
            thread.Schedule.Memory.FenceAll();
        }
    }

    private static void Begin<T>(ref T location, Place place)
    {
        if (ScheduledThread.Current is { } thread)
        {
            thread.Schedule.Pass(place);
            thread.Schedule.Memory.Fence(thread);
            thread.Schedule.Memory.FlushAt(thread, ref location);
        }
    }

    /// <summary>Between the operation and the ordinary reads and writes behind it.</summary>
    private static void End() => ScheduledThread.Current?.Schedule.MayInterrupt();
}
