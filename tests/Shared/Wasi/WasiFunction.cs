namespace FireAndForget.Tests.Wasi;

/// <summary>A function of WASI as <see cref="WasiWat"/> lowers it.</summary>
/// <param name="Interface">The interface, without <c>wasi:</c> and its version.</param>
/// <param name="Name">The function's name in it; for a drop the resource's.</param>
/// <param name="Parameters">The core parameters, <c>i</c> for i32 and <c>I</c> for i64.</param>
/// <param name="Result">The core result, <c>i</c> or <c>I</c>, or nothing.</param>
internal sealed record WasiFunction(string Interface, string Name, string Parameters, string Result = "")
{
    /// <summary>Every function and drop that does something while nothing is granted, and some that are stubs.</summary>
    public static IReadOnlyList<WasiFunction> All { get; } =
    [
        new("cli/environment", "get-environment", "i"),
        new("cli/environment", "get-arguments", "i"),
        new("cli/environment", "initial-cwd", "i"),
        new("cli/exit", "exit", "i"),
        new("cli/exit", "exit-with-code", "i"),
        new("cli/stdin", "get-stdin", "", "i"),
        new("cli/stdout", "get-stdout", "", "i"),
        new("cli/stderr", "get-stderr", "", "i"),
        new("cli/terminal-stdin", "get-terminal-stdin", "i"),
        new("cli/terminal-stdout", "get-terminal-stdout", "i"),
        new("cli/terminal-stderr", "get-terminal-stderr", "i"),
        new("cli/terminal-input", "drop terminal-input", "i"),
        new("clocks/monotonic-clock", "now", "", "I"),
        new("clocks/monotonic-clock", "resolution", "", "I"),
        new("clocks/monotonic-clock", "subscribe-instant", "I", "i"),
        new("clocks/monotonic-clock", "subscribe-duration", "I", "i"),
        new("clocks/wall-clock", "now", "i"),
        new("clocks/wall-clock", "resolution", "i"),
        new("filesystem/preopens", "get-directories", "i"),
        new("filesystem/types", "filesystem-error-code", "ii"),
        new("filesystem/types", "[method]descriptor.set-times", "iiIiiIii"),
        new("filesystem/types", "drop descriptor", "i"),
        new("io/error", "[method]error.to-debug-string", "ii"),
        new("io/error", "drop error", "i"),
        new("io/poll", "[method]pollable.ready", "i", "i"),
        new("io/poll", "[method]pollable.block", "i"),
        new("io/poll", "poll", "iii"),
        new("io/poll", "drop pollable", "i"),
        new("io/streams", "[method]input-stream.read", "iIi"),
        new("io/streams", "[method]input-stream.blocking-read", "iIi"),
        new("io/streams", "[method]input-stream.skip", "iIi"),
        new("io/streams", "[method]input-stream.blocking-skip", "iIi"),
        new("io/streams", "[method]input-stream.subscribe", "i", "i"),
        new("io/streams", "[method]output-stream.check-write", "ii"),
        new("io/streams", "[method]output-stream.write", "iiii"),
        new("io/streams", "[method]output-stream.blocking-write-and-flush", "iiii"),
        new("io/streams", "[method]output-stream.flush", "ii"),
        new("io/streams", "[method]output-stream.blocking-flush", "ii"),
        new("io/streams", "[method]output-stream.subscribe", "i", "i"),
        new("io/streams", "[method]output-stream.write-zeroes", "iIi"),
        new("io/streams", "[method]output-stream.blocking-write-zeroes-and-flush", "iIi"),
        new("io/streams", "[method]output-stream.splice", "iiIi"),
        new("io/streams", "[method]output-stream.blocking-splice", "iiIi"),
        new("io/streams", "drop input-stream", "i"),
        new("io/streams", "drop output-stream", "i"),
        new("random/random", "get-random-bytes", "Ii"),
        new("random/random", "get-random-u64", "", "I"),
        new("random/insecure", "get-insecure-random-bytes", "Ii"),
        new("random/insecure", "get-insecure-random-u64", "", "I"),
        new("random/insecure-seed", "insecure-seed", "i"),
        new("sockets/instance-network", "instance-network", "", "i"),
        new("sockets/network", "network-error-code", "ii"),
        new("sockets/network", "drop network", "i"),
        new("sockets/ip-name-lookup", "resolve-addresses", "iiii"),
        new("sockets/tcp-create-socket", "create-tcp-socket", "ii"),
        new("sockets/udp-create-socket", "create-udp-socket", "ii"),
        new("sockets/tcp", "[method]tcp-socket.shutdown", "iii"),
        new("sockets/tcp", "drop tcp-socket", "i"),
    ];

    private const string DropMark = "drop ";

    /// <summary>The interface's name in <c>wasi.wat</c>.</summary>
    public string Instance => $"${Interface.Replace('/', '-')}";

    /// <summary>The resource that it drops; null where it is another function.</summary>
    public string? Dropped => Name.StartsWith(DropMark, StringComparison.Ordinal) ? Name[DropMark.Length..] : null;

    /// <summary>Its place among all, by the end of <c>interface#name</c>.</summary>
    public static int IndexOf(string end)
    {
        int[] found =
        [
            .. All.Index()
                .Where(f => $"{f.Item.Interface}#{f.Item.Name}".EndsWith(end, StringComparison.Ordinal))
                .Select(f => f.Index),
        ];
        return found.Length == 1
            ? found[0]
            : throw new ArgumentException($"{found.Length} functions end in '{end}'.", nameof(end));
    }
}
