using System.Globalization;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Names out of a guest for a sentence: it shows the first ones and counts the others, so that a file with a hundred thousand of
/// them costs no more than one with twelve.
/// </summary>
internal sealed class NameList
{
    private const int Most = 12;

    private readonly List<string> _names = [];
    private int _left;

    public bool IsEmpty => _names.Count == 0;

    /// <summary>The names that are kept.</summary>
    public IReadOnlyList<string> Names => _names;

    public void Add(string name)
    {
        if (HasRoom())
        {
            _names.Add(GuestText.Quote(name));
        }
    }

    /// <summary>Adds a part of an interface, with its type where the type is what is wrong.</summary>
    public void Add(string interfaceName, string part, ComponentType? type)
    {
        if (HasRoom())
        {
            string name = $"{GuestText.Quote(interfaceName)}#{GuestText.Quote(part)}";
            _names.Add(type is null ? name : $"{name} (as {type})");
        }
    }

    /// <summary>Adds an import of a core module, with its type where the type is what is wrong.</summary>
    public void Add(CoreModule module, CoreImport import, bool isWrongType)
    {
        if (HasRoom())
        {
            string name = $"{GuestText.Quote(import.Module)}.{GuestText.Quote(import.Name)}";
            _names.Add(isWrongType ? $"{name} (as func {module.FunctionType(import.External)})" : name);
        }
    }

    /// <summary>The names as a list in a sentence: "a, b and c", "a, b and 5 more".</summary>
    public override string ToString() =>
        _left != 0 ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", _names)} and {_left} more")
        : _names.Count == 1 ? _names[0]
        : $"{string.Join(", ", _names.SkipLast(1))} and {_names[^1]}";

    private bool HasRoom()
    {
        _left += _names.Count == Most ? 1 : 0;
        return _names.Count < Most;
    }
}
