using System.Globalization;
using System.Text;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// A type of the Component Model. Types share their parts, so that one written in a few bytes may unfold without end:
/// code that walks one bounds the depth.
/// </summary>
internal sealed class ComponentType(
    ComponentTypeKind kind,
    IReadOnlyList<ComponentType?>? parts = null,
    IReadOnlyList<string>? labels = null
) : ComponentItem(ComponentSort.Type)
{
    private const int DeepestText = 4;
    private const int LongestText = 400;

    public ComponentTypeKind Kind { get; } = kind;

    /// <summary>
    /// The types that this one is made of; null stands for a payload that is left out. A function has its parameters, then its
    /// result.
    /// </summary>
    public IReadOnlyList<ComponentType?> Parts { get; } = parts ?? [];

    /// <summary>The names of its fields, cases, flags or parameters.</summary>
    public IReadOnlyList<string> Labels { get; } = labels ?? [];

    /// <summary>How many elements a list of a fixed length has; else 0.</summary>
    public uint Length { get; init; }

    /// <summary>What an instance or component of it exports.</summary>
    public OrderedDictionary<string, ComponentExtern> Exports { get; init; } = Empty;

    private static OrderedDictionary<string, ComponentExtern> Empty { get; } = [];

    public bool IsFunction => Kind is ComponentTypeKind.Function or ComponentTypeKind.AsyncFunction;

    public bool IsValue => Kind < ComponentTypeKind.Resource;

    public override ComponentItem AsForeign(ItemOrigin origin) =>
        Kind == ComponentTypeKind.Resource ? new ComponentType(Kind) { Origin = origin } : this;

    /// <summary>
    /// Whether this type equals an expected one. The names of parameters may differ, because a caller never sees them; the cases of
    /// an enum may not.
    /// </summary>
    /// <param name="expected">The type to compare with.</param>
    /// <param name="orAsync">Whether an async function will do where a function is expected.</param>
    public bool Is(ComponentType expected, bool orAsync = false)
    {
        bool isKind =
            Kind == expected.Kind
            || (orAsync && Kind == ComponentTypeKind.AsyncFunction && expected.Kind == ComponentTypeKind.Function);
        if (!isKind || Length != expected.Length || Parts.Count != expected.Parts.Count)
        {
            return false;
        }

        for (int i = 0; i < Parts.Count; i++)
        {
            bool isSame = expected.Parts[i] is { } part ? Parts[i]?.Is(part) == true : Parts[i] is null;
            if (!isSame)
            {
                return false;
            }
        }

        return IsFunction || Labels.SequenceEqual(expected.Labels);
    }

    /// <summary>The type as WIT writes it, shortened where it is deep or long.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Write(text, 0);
        return text.Length <= LongestText ? text.ToString() : $"{text.ToString(0, LongestText)}...";
    }

    private void Write(StringBuilder text, int depth)
    {
        if (depth == DeepestText || text.Length > LongestText)
        {
            text.Append("...");
            return;
        }

        switch (Kind)
        {
            case ComponentTypeKind.Function:
                WriteFunction(text, depth);
                break;
            case ComponentTypeKind.AsyncFunction:
                text.Append("async ");
                WriteFunction(text, depth);
                break;
            case ComponentTypeKind.Result:
                WriteResult(text, depth);
                break;
            case ComponentTypeKind.ErrorContext:
                text.Append("error-context");
                break;
            default:
                text.Append(Kind == ComponentTypeKind.FixedLengthList ? "list" : Kind.ToString().ToLowerInvariant());
                WriteParts(text, depth);
                break;
        }
    }

    private void WriteFunction(StringBuilder text, int depth)
    {
        text.Append("func(");
        for (int i = 0; i < Labels.Count && text.Length <= LongestText; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(GuestText.Quote(Labels[i])).Append(": ");
            Parts[i]!.Write(text, depth + 1);
        }

        text.Append(')');
        if (Parts[^1] is { } result)
        {
            text.Append(" -> ");
            result.Write(text, depth + 1);
        }
    }

    private void WriteResult(StringBuilder text, int depth)
    {
        text.Append("result");
        if (Parts[0] is null && Parts[1] is null)
        {
            return;
        }

        text.Append('<');
        if (Parts[0] is { } ok)
        {
            ok.Write(text, depth + 1);
        }
        else
        {
            text.Append('_');
        }

        if (Parts[1] is { } error)
        {
            text.Append(", ");
            error.Write(text, depth + 1);
        }

        text.Append('>');
    }

    private void WriteParts(StringBuilder text, int depth)
    {
        if (Kind is ComponentTypeKind.Record or ComponentTypeKind.Variant || Parts.Count == 0)
        {
            return;
        }

        text.Append('<');
        for (int i = 0; i < Parts.Count && text.Length <= LongestText; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            if (Parts[i] is { } part)
            {
                part.Write(text, depth + 1);
            }
            else
            {
                text.Append('_');
            }
        }

        text.Append(
            Kind == ComponentTypeKind.FixedLengthList
                ? string.Create(CultureInfo.InvariantCulture, $", {Length}>")
                : ">"
        );
    }
}
