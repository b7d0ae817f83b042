using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace FireAndForget.Hosting;

/// <summary>
/// Binds options of the host value by value, so that all mistakes are reported: the binders of .NET stop at the first one, ignore
/// names that they do not know, and take a time without a colon for days.
/// </summary>
internal static class HostOptionsBinding
{
    private static readonly Dictionary<string, PropertyInfo[]> Groups = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(MessagingHostOptions.CompileCache)] = typeof(CompileCacheOptions).GetProperties(),
        [nameof(MessagingHostOptions.CompileLimits)] = typeof(CompileLimitOptions).GetProperties(),
        [nameof(MessagingHostOptions.CompileProcess)] = typeof(CompileProcessOptions).GetProperties(),
    };

    /// <summary>The options outside of groups that can be given as text; the others are given in code.</summary>
    private static readonly PropertyInfo[] Single =
    [
        .. typeof(MessagingHostOptions).GetProperties().Where(property => FormOf(property) is not null),
    ];

    /// <summary>Sets the options that a section has, except for wrong ones.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options.</param>
    /// <param name="mistakes">Gets the mistakes, a sentence each.</param>
    public static void Bind(IConfiguration section, MessagingHostOptions options, ICollection<string> mistakes)
    {
        string prefix = section is IConfigurationSection named ? $"{named.Path}:" : "";
        if (section is IConfigurationSection { Value: { Length: > 0 } text } wrong)
        {
            mistakes.Add(
                $"{wrong.Path}: '{text}' is a text where options stand under their names, such as {prefix}{Single[0].Name}."
            );
        }

        foreach ((string path, string? value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (
                value is not null
                && path.Length != 0
                && !ConfigurationTopology.IsOf(path)
                && (MistakeOf(path, value, prefix) ?? TrySet(path, value, options)) is { } reason
            )
            {
                mistakes.Add($"{prefix}{path}: {reason}");
            }
        }
    }

    /// <summary>Sets an option.</summary>
    /// <returns>Why the option does not take the value; null where it does.</returns>
    private static string? TrySet(string path, string value, MessagingHostOptions options)
    {
        try
        {
            new ConfigurationBuilder().AddInMemoryCollection([new(path, value)]).Build().Bind(options);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            return $"'{value}' is not valid. {e.GetBaseException().Message}";
        }
    }

    /// <summary>Why a value cannot stand at a path; null where nothing is wrong with its form.</summary>
    private static string? MistakeOf(string path, string value, string prefix)
    {
        string[] names = path.Split(':');
        PropertyInfo[]? group = Groups.GetValueOrDefault(names[0]);
        if (group is not null && names.Length == 1)
        {
            string inside = string.Join(", ", group.Select(property => $"{prefix}{path}:{property.Name}"));
            return $"'{value}' is a text where a group of options stands; there are {inside}.";
        }

        PropertyInfo? option = names.Length == (group is null ? 1 : 2) ? Find(group ?? Single, names[^1]) : null;
        if (option is null)
        {
            string known = group is null
                ? string.Join(
                    ", ",
                    Single.Select(property => property.Name).Concat(Groups.Keys).Concat(ConfigurationTopology.Keys)
                )
                : string.Join(", ", group.Select(property => property.Name));
            return $"there is no such option; there are {known}.";
        }

        return HasForm(option, value) ? null : $"'{value}' is not valid: it is {FormOf(option)}{Hint(option, value)}.";
    }

    private static PropertyInfo? Find(PropertyInfo[] options, string name) =>
        Array.Find(options, property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What stands at an option, in words; null: it is given in code.</summary>
    private static string? FormOf(PropertyInfo option) =>
        TypeOf(option) switch
        {
            Type type when type == typeof(string) => "a text",
            Type type when type == typeof(TimeSpan) => "a time as hours:minutes:seconds, such as 00:00:30",
            Type type when type == typeof(int) || type == typeof(long) || type == typeof(ulong) =>
                "a whole number in digits alone, such as 1000",
            _ => null,
        };

    private static bool HasForm(PropertyInfo option, string value)
    {
        Type type = TypeOf(option);
        CultureInfo culture = CultureInfo.InvariantCulture;
        return type == typeof(TimeSpan)
                ? value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(value, culture, out _)
            : type == typeof(int) ? int.TryParse(value, culture, out _)
            : type == typeof(long) ? long.TryParse(value, culture, out _)
            : type != typeof(ulong) || ulong.TryParse(value, culture, out _);
    }

    /// <summary>How somebody who means seconds writes them.</summary>
    private static string Hint(PropertyInfo option, string value) =>
        TypeOf(option) == typeof(TimeSpan)
        && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? $"; write {TimeSpan.FromSeconds(seconds):c} for {seconds} seconds"
            : "";

    private static Type TypeOf(PropertyInfo option) =>
        Nullable.GetUnderlyingType(option.PropertyType) ?? option.PropertyType;
}
