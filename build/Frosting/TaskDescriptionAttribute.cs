// What a task does, in the line that the list of targets shows for it.

namespace Cake.Frosting;

/// <summary>Describes a task in one line.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskDescriptionAttribute(string description) : Attribute
{
    /// <summary>The description.</summary>
    public string Description { get; } = description;
}
