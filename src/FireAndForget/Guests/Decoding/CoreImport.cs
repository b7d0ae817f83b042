namespace FireAndForget.Guests.Decoding;

/// <summary>An import of a core module.</summary>
internal readonly record struct CoreImport(string Module, string Name, CoreExternal External)
{
    public CoreSort Sort => External.Sort;
}
