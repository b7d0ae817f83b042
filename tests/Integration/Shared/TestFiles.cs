namespace FireAndForget.Tests;

/// <summary>Where the guests of these tests lie: beside the test program.</summary>
internal static class TestFiles
{
    public const string HandleMessage = "handle-message-component.wasm";
    public const string Basic = "basic-handle-message.wasm";
    public const string Echo = "echo-handler.wasm";
    public const string Slow = "slow-handler.wasm";
    public const string Rejecting = "rejecting-handler.wasm";
    public const string HelloWorld = "hello_world.wasm";
    public const string CMirror = "guests/c-mirror.wasm";
    public const string CWasi = "guests/c-wasi.wasm";
    public const string RustReceiver = "guests/rust-receiver.wasm";

    /// <summary>A file by its name: a <c>.wat</c> is one of the hostile guests, everything else a fixture.</summary>
    public static string PathOf(string name) =>
        Path.Combine(
            AppContext.BaseDirectory,
            name.EndsWith(".wat", StringComparison.Ordinal) ? "Hostile" : "fixtures",
            name
        );

    /// <summary>A folder of <c>shared</c> beside the repository, where these tests run in one; null where it is not there.</summary>
    public static string? Shared(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FireAndForget.slnx")))
        {
            folder = folder.Parent;
        }

        string? shared = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", name) : null;
        return Directory.Exists(shared) ? shared : null;
    }
}
