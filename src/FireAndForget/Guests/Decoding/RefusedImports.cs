namespace FireAndForget.Guests.Decoding;

/// <summary>
/// The interfaces that a component may import although no host grants them, because it does not call them: by package or interface,
/// whatever their version.
/// </summary>
internal readonly record struct RefusedImports
{
    private const char Separator = ' ';

    private readonly string? _names;

    public RefusedImports(IEnumerable<string> names) =>
        _names = string.Join(Separator, names.Distinct().Order(StringComparer.Ordinal));

    /// <summary>The names, by which two of these are told apart; empty: there are none.</summary>
    public string Key => _names ?? "";

    /// <summary>Whether an import is one of them. What the host offers never is.</summary>
    public bool Covers(string import)
    {
        string name = WasiInterfaces.Unversioned(import);
        return Key.Length != 0 && !WasiInterfaces.All.ContainsKey(name) && CoversName(name.Split('@')[0]);
    }

    private bool CoversName(string name)
    {
        string package = name.Split('/')[0];
        return Key.Split(Separator).Any(refused => refused == name || refused == package);
    }
}
