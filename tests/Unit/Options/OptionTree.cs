using System.Collections;
using System.Globalization;
using System.Reflection;

namespace FireAndForget.Tests.Options;

/// <summary>
/// Options as configuration has them: a text for each path. Every public property is found by reflection, so that a new one is not
/// forgotten; one of a type that is not known here fails.
/// </summary>
internal static class OptionTree
{
    /// <summary>What is given in code only, because it has no text.</summary>
    private static readonly Type[] GivenInCode =
    [
        typeof(TimeProvider),
        typeof(Microsoft.Extensions.Logging.ILogger),
        typeof(IGuestOutput),
    ];

    public static Type[] Roots { get; } =
    [
        typeof(ComponentOptions),
        typeof(MessagingEndpointOptions),
        typeof(EventSubscriptionOptions),
        typeof(MessagingHostOptions),
    ];

    /// <summary>A value for each option, none of them its default and all of them valid.</summary>
    public static SortedDictionary<string, string?> Others(Type type)
    {
        SortedDictionary<string, string?> values = new(StringComparer.Ordinal);
        AddOthers(type, "", values);
        return values;
    }

    /// <summary>What options say. A path that ends with a colon is a list or object that is there, one without a value is null.</summary>
    public static SortedDictionary<string, string?> Read(object options)
    {
        SortedDictionary<string, string?> values = new(StringComparer.Ordinal);
        Walk(options, "", (path, value) => values.Add(path, IsLeaf(value) ? Text(value) : "there"));
        return values;
    }

    /// <summary>The objects that a caller with the options can change.</summary>
    public static List<object> Mutable(object options)
    {
        List<object> found = [options];
        Walk(
            options,
            "",
            (_, value) =>
            {
                if (!IsLeaf(value))
                {
                    found.Add(value!);
                }
            }
        );
        return found;
    }

    public static IEnumerable<Type> AllTypes() => Roots.SelectMany(TypesIn).Distinct();

    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static IEnumerable<Type> TypesIn(Type type) =>
        PropertiesOf(type)
            .Select(p => ElementOf(p.PropertyType) ?? p.PropertyType)
            .Where(IsOptions)
            .SelectMany(TypesIn)
            .Prepend(type);

    private static bool IsOptions(Type type) => type.IsClass && type.Namespace == nameof(FireAndForget);

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>) ? type.GetGenericArguments()[0]
        : null;

    private static bool IsLeaf(object? value) =>
        value is null or string || value.GetType().IsValueType || GivenInCode.Any(type => type.IsInstanceOfType(value));

    private static string? Text(object? value) =>
        value is TimeProvider ? "a clock" : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static void AddOthers(Type type, string prefix, SortedDictionary<string, string?> values)
    {
        object defaults = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in PropertiesOf(type))
        {
            string path = prefix + property.Name;
            Type of = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (GivenInCode.Contains(of))
            {
                continue;
            }

            if (IsOptions(of))
            {
                AddOthers(of, $"{path}:", values);
            }
            else if (of == typeof(IDictionary<string, string>))
            {
                values.Add($"{path}:Name", "7");
            }
            else if (property.Name == nameof(WasiOptions.Refuse))
            {
                values.Add($"{path}:0", "wasi:http");
            }
            else if (ElementOf(of) == typeof(string))
            {
                // An id and a codec's number.
                values.Add($"{path}:0", "7");
                values.Add($"{path}:1", "8");
            }
            else if (ElementOf(of) is { } element)
            {
                AddOthers(element, $"{path}:0:", values);
            }
            else
            {
                values.Add(path, OtherThan(property.GetValue(defaults), of));
            }
        }
    }

    private static string OtherThan(object? value, Type type) =>
        type == typeof(bool) ? (!(bool)value!).ToString()
        : type == typeof(string) ? "7"
        : type == typeof(TimeSpan) ? "00:00:07"
        : type == typeof(double) ? "7.5"
        : type == typeof(int) || type == typeof(long) || type == typeof(ulong) ? "7"
        : type.IsEnum ? Enum.GetNames(type).First(name => name != value!.ToString())
        : throw new InvalidOperationException(
            $"The test does not know {type}: say here what its text is, and see that both binders bind it."
        );

    private static void Walk(object? value, string path, Action<string, object?> see)
    {
        if (path.Length > 0)
        {
            see(path, value);
        }

        if (IsLeaf(value))
        {
            return;
        }

        string prefix = path.Length == 0 ? "" : $"{path}:";
        if (value is IDictionary<string, string> variables)
        {
            foreach ((string name, string text) in variables)
            {
                see(prefix + name, text);
            }
        }
        else if (value is IEnumerable elements)
        {
            int i = 0;
            foreach (object? element in elements)
            {
                Walk(element, $"{prefix}{i++}", see);
            }
        }
        else
        {
            foreach (PropertyInfo property in PropertiesOf(value!.GetType()))
            {
                Walk(property.GetValue(value), prefix + property.Name, see);
            }
        }
    }
}
