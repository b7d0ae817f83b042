// How the host sees a task, whatever context the task asks for; the host finds the tasks of a build by this interface.

using Cake.Core;

namespace Cake.Frosting;

/// <summary>A task of the build.</summary>
public interface IFrostingTask
{
    /// <summary>Does what the task is for; a failure is an exception.</summary>
    Task RunAsync(ICakeContext context);

    /// <summary>Says whether the task is to be run at all.</summary>
    bool ShouldRun(ICakeContext context);
}
