using FireAndForget.Tests.Exploring;

// The compiler takes a type of this name for the lock statement's; in this assembly it is this one.
namespace System.Threading;

/// <summary>Instead of the system's: a lock that the schedule gives, and a release that other threads may see late.</summary>
internal sealed class Lock
{
    /// <summary>For threads that no schedule knows, such as the finalizer's.</summary>
    private readonly object _real = new();
    private ScheduledThread? _owner;
    private int _depth;

    public Scope EnterScope()
    {
        if (ScheduledThread.Current is { } thread)
        {
            thread.Schedule.Pass(new("locks", "", 0));
            thread.Schedule.Memory.Fence(thread);
            if (_owner != thread)
            {
                if (!IsFreeFor(thread))
                {
                    thread.ThrowIfInterrupted();
                    thread.Schedule.WaitUntil(() => IsFreeFor(thread), "a lock");
                }

                _owner = thread;
                _depth = 0;
            }

            _depth++;
        }

        Monitor.Enter(_real);
        return new(this);
    }

    private bool IsFreeFor(ScheduledThread thread) => _owner is null || _owner.Schedule != thread.Schedule;

    private void Exit()
    {
        Monitor.Exit(_real);
        if (ScheduledThread.Current is { } thread && --_depth == 0)
        {
            thread.Schedule.Memory.Defer(thread, () => _owner = null);
            thread.Schedule.Pass(new("unlocks", "", 0));
        }
    }

    public readonly ref struct Scope(Lock entered)
    {
        public void Dispose() => entered.Exit();
    }
}
