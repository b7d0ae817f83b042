// The guests that are measured: the same mirror in each language, beside this program.

namespace FireAndForget.Languages;

internal static class Mirrors
{
    public const string C = "c-mirror.wasm";
    public const string JavaScript = "js-mirror.wasm";

    private static readonly string[] Files =
    [
        C,
        "c-mirror-wasi.wasm",
        "c-mirror-log.wasm",
        "c-mirror-reactor.wasm",
        "cpp-mirror.wasm",
        "rust-mirror.wasm",
        "rust-mirror-wasip1.wasm",
        "zig-mirror.wasm",
        "swift-mirror.wasm",
        "as-mirror.wasm",
        "go-mirror.wasm",
        "csharp-mirror.wasm",
        "wat-mirror.wat",
        JavaScript,
        "js-mirror-pure.wasm",
        "js-mirror-quickjs.wasm",
    ];

    /// <summary>The files' names, without those that were not built.</summary>
    public static IReadOnlyList<string> Built { get; } = [.. Files.Where(file => File.Exists(PathOf(file)))];

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "mirrors", file);
}
