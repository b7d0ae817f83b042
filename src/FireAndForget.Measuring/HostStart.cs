using System.Diagnostics;

namespace FireAndForget.Measuring;

/// <summary>The start of a host with components of one file.</summary>
public static class HostStart
{
    /// <summary>Starts a host, and stops it again.</summary>
    /// <param name="file">The components' file, <c>.wasm</c> or <c>.wat</c>.</param>
    /// <param name="components">How many components.</param>
    /// <param name="cache">The folder of the compile cache.</param>
    /// <returns>The milliseconds from nothing to a host that has them all.</returns>
    /// <exception cref="ComponentLoadException">The file cannot be loaded.</exception>
    public static async Task<double> MeasureAsync(string file, int components, string cache)
    {
        string json = string.Join(
            ',',
            Enumerable
                .Range(0, components)
                .Select(i => $$"""{ "id": "c{{i}}", "path": "{{Path.GetFileName(file)}}" }""")
        );
        var topology = Topology.Parse($$"""{ "components": [{{json}}] }""", Path.GetDirectoryName(file)!);
        long start = Stopwatch.GetTimestamp();
        await using var host = new MessagingHost(
            new()
            {
                Workers = 1,
                StopTimeout = TimeSpan.Zero,
                CompileCache = new() { Folder = cache },
            }
        );
        host.AddTopology(topology, static (_, _) => { });
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
