// Where the guests lie: beside this program.

namespace FireAndForget.Containment;

internal static class Files
{
    /// <summary>A component that handles every message and does nothing.</summary>
    public static ComponentSource Behaving { get; } = Innocent("basic-handle-message.wasm");

    /// <summary>A component that sends each message back.</summary>
    public static ComponentSource Echo { get; } = Innocent("echo-handler.wasm");

    public static ComponentSource Innocent(string file) => ComponentSource.FromFile(PathOf("innocent", file));

    public static ComponentSource Hostile(string name) => ComponentSource.FromFile(PathOf("hostile", $"{name}.wat"));

    private static string PathOf(string folder, string file) => Path.Combine(AppContext.BaseDirectory, folder, file);
}
