using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using FireAndForget.Tests.Exploring;

namespace FireAndForget;

/// <summary>Instead of the system's: what a thread puts in, others may see late, as the system's queue promises no fence behind it.</summary>
internal sealed class ConcurrentQueue<T>
{
    private readonly Queue<T> _items = new();

    /// <summary>What was put in and is not seen by others yet.</summary>
    private readonly List<ScheduledThread> _late = [];

    public bool IsEmpty
    {
        get
        {
            Look(new("looks whether empty", nameof(ConcurrentQueue<>), 0));
            return _items.Count == 0;
        }
    }

    public void Enqueue(T item, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ScheduledThread thread = ScheduledThread.Current!;
        thread.Schedule.Pass(new("puts in", file, line));
        thread.Schedule.Memory.Fence(thread);
        _late.Add(thread);
        thread.Schedule.Memory.Defer(
            thread,
            () =>
            {
                _late.Remove(thread);
                _items.Enqueue(item);
            }
        );
    }

    public bool TryDequeue(
        [MaybeNullWhen(false)] out T item,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0
    )
    {
        ScheduledThread thread = Look(new("takes out", file, line));
        bool found = _items.TryDequeue(out item);
        if (found)
        {
            thread.Schedule.Memory.Fence(thread);
        }

        return found;
    }

    private ScheduledThread Look(Place place)
    {
        ScheduledThread thread = ScheduledThread.Current!;
        thread.Schedule.Look(place);
        if (_late.Contains(thread))
        {
            thread.Schedule.Memory.Fence(thread);
        }

        return thread;
    }
}
