using System.Text.RegularExpressions;

namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Tells an invalid guest from one that uses a feature which the host's engine has off, and says which feature that is and how to
/// build the guest without it.
/// </summary>
internal static partial class MissingFeatures
{
    // What Wasmtime's message holds, what that means, and what to do; the first that fits counts.
    private static readonly (string Sign, string Feature, string Advice)[] Known =
    [
        (
            "legacy_exceptions feature",
            "the old form of exception handling",
            "Build it with -mllvm -wasm-use-legacy-eh=false, or convert it with wasm-opt --translate-to-exnref"
        ),
        (
            "legacy exceptions support",
            "the old form of exception handling",
            "Build it with -mllvm -wasm-use-legacy-eh=false, or convert it with wasm-opt --translate-to-exnref"
        ),
        ("threads must be enabled", "threads with shared memory", WithoutThreads),
        ("threads support is not enabled", "threads with shared memory", WithoutThreads),
        ("shared-everything-threads", "shared-everything threads", WithoutThreads),
        ("component model threading feature", "threads of the component model", WithoutThreads),
        (
            "immediate must be zero",
            "the second slot of a context, a part of threads of the component model",
            "Build it without threads"
        ),
        ("`cm64` feature", "64-bit memories or resources in a component", "Build it for wasm32"),
        ("component model 64-bit feature", "64-bit memories or resources in a component", "Build it for wasm32"),
        (
            "component model async stackful",
            "async functions that are lifted without a callback, each with a stack of its own",
            "Build it with a callback for each"
        ),
        (
            "`cm-implements` feature",
            "names of imports or exports with attributes",
            "Build it without --emit-canonical-names, and give interfaces their own names"
        ),
        (
            "custom page sizes proposal",
            "memories with pages of another size than 64 KiB",
            "Build it without --page-size"
        ),
        ("stack switching support", "stack switching", "Build it without"),
    ];

    private const string WithoutThreads = "Build it without -pthread, in Rust without +atomics";

    /// <summary>Explains an error that Wasmtime found while it checked a guest, as a sentence without its full stop.</summary>
    public static string Explain(string reason)
    {
        foreach ((string sign, string feature, string advice) in Known)
        {
            if (reason.Contains(sign, StringComparison.Ordinal))
            {
                return Needs(feature, reason, advice);
            }
        }

        Match match = AnyFeature().Match(reason);
        return match.Success
            ? Needs(
                match.Groups["feature"].Value,
                reason,
                "Build it without that, see the switches of its compiler or toolchain"
            )
            : $"it is not valid WebAssembly: {reason}";
    }

    private static string Needs(string feature, string reason, string advice) =>
        $"it needs {feature}, which this host's engine does not have ({reason}). {advice}";

    // The forms in which Wasmtime's validator names a feature that is off. There are more such features than are listed above with
    // advice of their own.
    [GeneratedRegex(
        "requires? the (?<feature>component model [a-z0-9 -]+) feature"
            + "|require the (?<feature>component model [a-z0-9 -]+) feature"
            + "|requires? the (?<feature>[a-z0-9-]+) proposal"
            + "|(?<feature>[A-Za-z0-9 -]+) (?:proposal must be enabled|support is not enabled)"
            + "|(?<feature>[a-z0-9-]+) must be enabled"
            + "|the (?<feature>`[a-z0-9_-]+` feature) (?:is not active|to be enabled)"
            + "|requires? the (?<feature>`[a-z0-9_-]+` feature)"
            + "|(?<feature>[a-z_]+) feature required for"
            + "|(?:with|the) (?<feature>[A-Za-z0-9 -]+?) proposal (?:is )?disabled"
    )]
    private static partial Regex AnyFeature();
}
