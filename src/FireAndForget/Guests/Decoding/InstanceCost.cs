namespace FireAndForget.Guests.Decoding;

/// <summary>
/// What instances of core modules take of the host beside memories, tables and objects, in bytes: estimates a little above what the
/// engine and this library were measured to take (docs/decisions/0011-instances.md).
/// </summary>
internal static class InstanceCost
{
    /// <summary>More than the largest compilers make: an instance of CPython takes about 400 KiB, one of .NET 3 MiB.</summary>
    public const long MostBytes = 16 << 20;

    /// <summary>One function that the host makes for an import.</summary>
    public const long HostFunction = 2560;

    private const long Instance = 2048;
    private const long Import = 64;
    private const long Function = 32;

    /// <summary>More than its 16 bytes, because the engine computes each one's first value when an instance is made.</summary>
    private const long Global = 64;
    private const long Tag = 64;

    /// <summary>What one instance of a module costs that has these numbers of each.</summary>
    public static long Of(long imports, long functions, long globals, long tags) =>
        Instance + (imports * Import) + (functions * Function) + (globals * Global) + (tags * Tag);
}
