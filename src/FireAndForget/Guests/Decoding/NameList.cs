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
    private int _mistyped;

    public bool IsEmpty => _names.Count == 0;

    /// <summary>Whether some of them were added with another type than they should have.</summary>
    public bool HasMistyped => _mistyped != 0;

    /// <summary>Whether all of them were.</summary>
    public bool AreAllMistyped => _mistyped == _names.Count + _left;

    /// <summary>The names that are kept.</summary>
    public IReadOnlyList<string> Names => _names;

    public void Add(string name)
    {
        if (HasRoom())
        {
            _names.Add(GuestText.Quote(name));
        }
    }

    /// <summary>Adds a part of an interface.</summary>
    /// <param name="interfaceName">The interface.</param>
    /// <param name="part">The part's name.</param>
    /// <param name="type">Its type, where that is to be told.</param>
    /// <param name="expected">The type that it should have; null where there is no part of that name.</param>
    public void Add(string interfaceName, string part, ComponentType? type, ComponentType? expected = null)
    {
        _mistyped += expected is null ? 0 : 1;
        if (HasRoom())
        {
            string name = $"{GuestText.Quote(interfaceName)}#{GuestText.Quote(part)}";
            _names.Add(
                type is null ? name
                : expected is null ? $"{name} (as {type})"
                : $"{name} (as {type}, expected {expected})"
            );
        }
    }

    /// <summary>Adds an import of a core module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="import">The import.</param>
    /// <param name="expected">The type that it should have; null where there is no function of that name, or it imports none.</param>
    public void Add(CoreModule module, CoreImport import, string? expected)
    {
        _mistyped += expected is null ? 0 : 1;
        if (HasRoom())
        {
            string name = $"{GuestText.Quote(import.Module)}.{GuestText.Quote(import.Name)}";
            _names.Add(
                expected is null
                    ? name
                    : $"{name} (as func {module.FunctionType(import.External)}, expected {expected})"
            );
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
