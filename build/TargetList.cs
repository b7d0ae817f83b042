// The targets of this program, read from the attributes of its tasks, so that a new task is listed without being added
// anywhere.

using System.Reflection;
using Cake.Frosting;

namespace FireAndForget.Build;

internal sealed class TargetList(IReadOnlyList<Target> targets)
{
    public IReadOnlyList<Target> All { get; } = targets;

    public static TargetList OfThisProgram() =>
        new([
            .. typeof(TargetList)
                .Assembly.GetExportedTypes()
                .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IFrostingTask)))
                .Select(type => new Target(
                    type.GetCustomAttribute<TaskNameAttribute>()?.Name ?? type.Name,
                    type.GetCustomAttribute<TaskDescriptionAttribute>()?.Description ?? ""
                ))
                .OrderBy(target => target.Name, StringComparer.Ordinal),
        ]);

    /// <summary>A line for each target: its name and what it does.</summary>
    public string Describe()
    {
        int width = All.Max(target => target.Name.Length);
        return string.Join('\n', All.Select(target => $"  {target.Name.PadRight(width)}  {target.Description}"));
    }

    public bool Contains(string name) =>
        All.Any(target => target.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
