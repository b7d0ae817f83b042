// The name under which a task is asked for on the command line.

namespace Cake.Frosting;

/// <summary>Names a task; without it the task has the name of its class.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskNameAttribute(string name) : Attribute
{
    /// <summary>The task's name.</summary>
    public string Name { get; } = name;
}
