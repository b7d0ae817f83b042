using System.Collections.Frozen;

namespace FireAndForget.Guests.Direct.Decoding;

/// <summary>
/// The WASI 0.2 interfaces that the direct runtime knows: those of <c>wasi:cli/imports</c>, a small closed world as
/// long as nothing is granted.
/// </summary>
internal static class WasiInterfaces
{
    private const string Version = "@0.2.";

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "wasi:cli/environment",
        "wasi:cli/exit",
        "wasi:cli/stdin",
        "wasi:cli/stdout",
        "wasi:cli/stderr",
        "wasi:cli/terminal-input",
        "wasi:cli/terminal-output",
        "wasi:cli/terminal-stdin",
        "wasi:cli/terminal-stdout",
        "wasi:cli/terminal-stderr",
        "wasi:clocks/monotonic-clock",
        "wasi:clocks/wall-clock",
        "wasi:filesystem/preopens",
        "wasi:filesystem/types",
        "wasi:io/error",
        "wasi:io/poll",
        "wasi:io/streams",
        "wasi:random/insecure",
        "wasi:random/insecure-seed",
        "wasi:random/random",
        "wasi:sockets/instance-network",
        "wasi:sockets/ip-name-lookup",
        "wasi:sockets/network",
        "wasi:sockets/tcp",
        "wasi:sockets/tcp-create-socket",
        "wasi:sockets/udp",
        "wasi:sockets/udp-create-socket"
    );

    /// <summary>Whether the name is that of an interface of WASI, version 0.2 with any patch.</summary>
    public static bool IsWasi(string name)
    {
        int version = name.IndexOf(Version, StringComparison.Ordinal);
        return name.StartsWith("wasi:", StringComparison.Ordinal)
            && version > 0
            && version + Version.Length < name.Length
            && !name.AsSpan(version + Version.Length).ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>Whether the direct runtime knows the interface.</summary>
    public static bool IsKnown(string name) => IsWasi(name) && Known.Contains(name[..name.IndexOf('@')]);
}
