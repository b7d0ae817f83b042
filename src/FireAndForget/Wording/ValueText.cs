using System.Globalization;
using System.Text;

namespace FireAndForget.Wording;

/// <summary>Options, and what else has several values, as a person reads them: in a line, and harmless to a terminal or a log.</summary>
internal static class ValueText
{
    private const int MostOfList = 20;

    /// <summary>Values behind their names: lists in brackets, and what has values itself in braces.</summary>
    public static string Of(params ReadOnlySpan<(string Name, object? Value)> values)
    {
        StringBuilder text = new();
        foreach ((string name, object? value) in values)
        {
            text.Append(text.Length == 0 ? "" : ", ").Append(name).Append(" = ").Append(Shown(value));
        }

        return text.ToString();
    }

    private static string Shown(object? value) =>
        value switch
        {
            null => "none",
            bool isSo => isSo ? "yes" : "no",
            string text => PlainText.Escape(text),
            IEnumerable<object?> list => List([.. list]),
            IFormattable one => one.ToString(null, CultureInfo.InvariantCulture),
            _ => $"{{ {value} }}",
        };

    private static string List(object?[] list)
    {
        string shown = string.Join(", ", list.Take(MostOfList).Select(Shown));
        int left = list.Length - MostOfList;
        return left > 0 ? string.Create(CultureInfo.InvariantCulture, $"[{shown}, and {left} more]") : $"[{shown}]";
    }
}
