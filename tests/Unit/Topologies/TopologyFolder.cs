namespace FireAndForget.Tests.Topologies;

/// <summary>A folder of a test's own, gone when the test is.</summary>
internal sealed class TopologyFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("topology-").FullName;

    public string PathOf(string file) => Path.Combine(_path, file);

    public string Write(string file, string text)
    {
        File.WriteAllText(PathOf(file), text);
        return PathOf(file);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
