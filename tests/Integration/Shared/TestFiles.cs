using Xunit;

namespace FireAndForget.Tests;

/// <summary>Where the guests of these tests lie: beside the test program.</summary>
internal static class TestFiles
{
    public const string HandleMessage = "handle-message-component.wasm";
    public const string Basic = "basic-handle-message.wasm";
    public const string Echo = "echo-handler.wasm";
    public const string Slow = "slow-handler.wasm";
    public const string Rejecting = "rejecting-handler.wasm";
    public const string ConversationComponent = "conversation-component.wasm";
    public const string ConversationCore = "conversation-core.wasm";
    public const string HelloWorld = "hello_world.wasm";
    public const string CMirror = "guests/c/c-mirror.wasm";
    public const string CMirrorWasi = "guests/c/c-mirror-wasi.wasm";
    public const string CMirrorLog = "guests/c/c-mirror-log.wasm";
    public const string CWasi = "guests/c/c-wasi.wasm";
    public const string CMirrorReactor = "guests/c/c-mirror-reactor.wasm";
    public const string CConstructed = "guests/c/c-constructed.wasm";
    public const string CppMirror = "guests/cpp/cpp-mirror.wasm";
    public const string RustMirrorWasip1 = "guests/rust/rust-mirror-wasip1.wasm";
    public const string ZigMirror = "guests/zig/zig-mirror.wasm";
    public const string SwiftMirror = "guests/swift/swift-mirror.wasm";
    public const string AssemblyScriptMirror = "guests/assemblyscript/as-mirror.wasm";
    public const string CSharpMistakes = "guests/csharp/csharp-mistakes.wasm";
    public const string CSharpMirror = "guests/csharp/csharp-mirror.wasm";
    public const string RustMirror = "guests/rust/rust-mirror.wasm";
    public const string RustReceiver = "guests/rust/rust-receiver.wasm";
    public const string WatMirror = "guests/wat/wat-mirror.wat";

    /// <summary>A file by its name: a <c>.wat</c> is one of the hostile guests, everything else a fixture.</summary>
    public static string PathOf(string name) =>
        Path.Combine(
            AppContext.BaseDirectory,
            name.EndsWith(".wat", StringComparison.Ordinal) && name != WatMirror ? "Hostile" : "fixtures",
            name
        );

    /// <summary>A guest that is too large to be committed; skips the test where it is not built.</summary>
    public static string Built(string name)
    {
        string path = Path.Combine(Root?.FullName ?? "", "artifacts", "guests", name);
        Assert.SkipUnless(
            File.Exists(path),
            $"{name} is not built. Run: dotnet run --project build -- --target=Guests"
        );
        return path;
    }

    /// <summary>A folder of <c>shared</c> beside the repository, where these tests run in one; null where it is not there.</summary>
    public static string? Shared(string name)
    {
        string? shared = Root?.Parent is { } parent ? Path.Combine(parent.FullName, "shared", name) : null;
        return Directory.Exists(shared) ? shared : null;
    }

    /// <summary>The repository that these tests are of; null where they run without it.</summary>
    public static DirectoryInfo? Root { get; } = FindRoot();

    private static DirectoryInfo? FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FireAndForget.slnx")))
        {
            folder = folder.Parent;
        }

        return folder;
    }
}
