// Which tasks must have been run before a task; they run in the order in which the attributes stand.

namespace Cake.Frosting;

/// <summary>Says that a task needs another to have been run before it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class IsDependentOnAttribute(Type type) : Attribute
{
    /// <summary>The class of the task that goes first.</summary>
    public Type Task { get; } = type;
}
