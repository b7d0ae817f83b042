namespace FireAndForget.Tests.Agreement;

/// <summary>Hosts of these tests are many and their guests few: each is compiled once for each runtime.</summary>
internal static class AgreementCache
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("faf-agreement-").FullName;

    static AgreementCache() =>
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);

    public static CompileCacheOptions Options { get; } = new() { Folder = Folder };
}
