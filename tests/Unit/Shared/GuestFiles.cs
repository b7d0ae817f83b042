namespace FireAndForget.Tests;

/// <summary>Where the tests of guests find the repository's fixtures, and WAT made into a binary.</summary>
internal static class GuestFiles
{
    public static string Fixtures { get; } = Path.Combine(FindRoot(), "fixtures");

    /// <summary>Every committed guest, by its path below the fixtures.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory
            .EnumerateFiles(Fixtures, "*.wasm", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Fixtures, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Fixtures, name));

    public static byte[] Wat(string text) => Wasmtime.Module.ConvertText(text);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FireAndForget.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"No repository is around {AppContext.BaseDirectory}.");
    }
}
