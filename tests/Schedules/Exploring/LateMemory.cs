using System.Runtime.CompilerServices;

namespace FireAndForget.Tests.Exploring;

/// <summary>
/// Memory as processors have it: what a thread writes with <see cref="Volatile"/> others see in order, but it may be late, and the thread may
/// have read other things meanwhile. A full fence ends that. Ordinary reads and writes are seen at once.
/// </summary>
/// <param name="schedule">Whose memory it is.</param>
/// <param name="order">Decides what is seen when.</param>
internal sealed unsafe class LateMemory(Schedule schedule, Order order)
{
    private const int MostLate = 16;

    /// <summary>A collection may have moved what late writes are about: then all of them are seen.</summary>
    private int _collections = GC.CollectionCount(0);

    /// <summary>What a thread sees there.</summary>
    public T Read<T>(ScheduledThread reader, ref readonly T location)
    {
        CheckCollections();
        nuint address = AddressOf(in location);
        foreach (ScheduledThread thread in schedule.Threads)
        {
            if (thread == reader || thread.LateWrites.Count == 0)
            {
                continue;
            }

            foreach (LateWrite late in thread.LateWrites)
            {
                if (late.Address == address)
                {
                    return Old<T>(late);
                }
            }
        }

        return location;
    }

    public void Write<T>(ScheduledThread writer, ref T location, T value)
    {
        FlushAt(writer, ref location);
        if (order.IsLate)
        {
            bool isReference = RuntimeHelpers.IsReferenceOrContainsReferences<T>();
            ulong bits = 0;
            if (!isReference)
            {
                Unsafe.As<ulong, T>(ref bits) = location;
            }

            Add(
                writer,
                new()
                {
                    Address = AddressOf(ref location),
                    OldReference = isReference ? location : null,
                    OldBits = bits,
                }
            );
        }

        location = value;
    }

    /// <summary>What others see in its turn among the thread's writes.</summary>
    public void Defer(ScheduledThread writer, Action seen)
    {
        if (order.IsLate)
        {
            Add(writer, new() { Seen = seen });
        }
        else
        {
            seen();
            schedule.NoteChange();
        }
    }

    /// <summary>Everything the thread wrote is seen.</summary>
    public void Fence(ScheduledThread thread)
    {
        schedule.NoteChange();
        while (thread.LateWrites.Count != 0)
        {
            See(thread);
        }
    }

    public void FenceAll()
    {
        foreach (ScheduledThread thread in schedule.Threads)
        {
            Fence(thread);
        }
    }

    /// <summary>Makes the late writes to a place visible, because another thread is about to write there.</summary>
    public void FlushAt<T>(ScheduledThread writer, ref T location)
    {
        CheckCollections();
        schedule.NoteChange();
        nuint address = AddressOf(ref location);
        foreach (ScheduledThread thread in schedule.Threads)
        {
            while (thread != writer && thread.LateWrites.Any(late => late.Address == address))
            {
                See(thread);
            }
        }
    }

    /// <summary>At each step: now and then something more is seen.</summary>
    public void Settle()
    {
        if (!order.IsLate)
        {
            return;
        }

        foreach (ScheduledThread thread in schedule.Threads)
        {
            if (thread.LateWrites.Count != 0 && order.SeesNext())
            {
                See(thread);
            }
        }
    }

    private static nuint AddressOf<T>(ref readonly T location) =>
        (nuint)Unsafe.AsPointer(ref Unsafe.AsRef(in location));

    private static T Old<T>(LateWrite late)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            object? reference = late.OldReference;
            return Unsafe.As<object?, T>(ref reference);
        }

        ulong bits = late.OldBits;
        return Unsafe.As<ulong, T>(ref bits);
    }

    private void Add(ScheduledThread writer, LateWrite late)
    {
        writer.LateWrites.Enqueue(late);
        schedule.NoteChange();
        if (writer.LateWrites.Count > MostLate)
        {
            See(writer);
        }
    }

    private void See(ScheduledThread thread)
    {
        thread.LateWrites.Dequeue().Seen?.Invoke();
        schedule.NoteChange();
    }

    private void CheckCollections()
    {
        if (GC.CollectionCount(0) != _collections)
        {
            _collections = GC.CollectionCount(0);
            FenceAll();
        }
    }
}
