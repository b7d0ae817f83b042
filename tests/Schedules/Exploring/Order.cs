namespace FireAndForget.Tests.Exploring;

/// <summary>What decides in one schedule: which thread goes on at each step, and when the others see what a thread wrote.</summary>
internal abstract class Order
{
    /// <summary>Whether anything that a thread writes is seen late by others.</summary>
    public abstract bool IsLate { get; }

    /// <summary>
    /// How many times a thread may read at one place while nothing changes, before the others go on at each further read.
    /// </summary>
    public abstract int MostLooks { get; }

    /// <summary>After this many reads, and as many again, the thread counts as waiting.</summary>
    public abstract int LooksOfWaiting { get; }

    /// <summary>A thread that takes part from now on.</summary>
    public virtual void Add(ScheduledThread thread) { }

    /// <summary>The running thread is about to take its step.</summary>
    public virtual void Step(int number, ScheduledThread running) { }

    /// <summary>The running thread waits for others to do something.</summary>
    public virtual void Yielded(ScheduledThread running) { }

    /// <summary>What comes now only looks at what came of the scenario: no other orders of it need be tried.</summary>
    public virtual void EndChoices() { }

    /// <summary>Whether everybody sees everything where a thread only waits.</summary>
    public virtual bool SeesAll() => false;

    /// <summary>Whether others come to see, at this step, the first that a thread wrote and they do not see yet.</summary>
    public virtual bool SeesNext() => false;

    /// <summary>Whether another may go on between an operation and the ordinary reads and writes behind it.</summary>
    public virtual bool Interrupts() => false;

    /// <summary>Whether the running thread, which can, goes on without a look at the others.</summary>
    public virtual bool Stays() => false;

    /// <summary>Which of the threads that can goes on.</summary>
    /// <param name="running">The one that ran until now; it may be among them.</param>
    /// <param name="runnable">All that can, in the order in which they were started; at least one.</param>
    public abstract ScheduledThread Choose(ScheduledThread running, IReadOnlyList<ScheduledThread> runnable);
}
