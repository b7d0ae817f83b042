// The base of every task: it turns the context that Cake hands over into the build's own.

using Cake.Core;

namespace Cake.Frosting;

/// <summary>The base class of a task that runs with the context <typeparamref name="T"/>.</summary>
public abstract class FrostingTask<T> : IFrostingTask
    where T : ICakeContext
{
    /// <summary>Does what the task is for; a failure is an exception.</summary>
    public virtual void Run(T context) { }

    /// <summary>Says whether the task is to be run at all; it is, unless overridden.</summary>
    public virtual bool ShouldRun(T context) => true;

    Task IFrostingTask.RunAsync(ICakeContext context)
    {
        Run((T)context);
        return Task.CompletedTask;
    }

    bool IFrostingTask.ShouldRun(ICakeContext context) => ShouldRun((T)context);
}
