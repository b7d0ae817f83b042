using FireAndForget.Guests.Decoding;

namespace FireAndForget.Tests.Guests;

/// <summary>Guests in WAT, as the tests of <see cref="GuestDecoder"/> make and decode them.</summary>
internal static class DecodedWat
{
    public static GuestDescription DecodeWat(string wat) => GuestDecoder.Decode(GuestFiles.Wat(wat));

    /// <summary>A module that imports a core function of the component, and its instance.</summary>
    public static string Using(string function, string type) =>
        $"""
            (core module $n (import "x" "y" (func {type})))
            (core instance (instantiate $n (with "x" (instance (export "y" (func ${function}))))))
            """;

    public static string CoreWat(
        string import = "",
        string memory = "(memory (export \"memory\") 1)",
        string handle = "(param i32 i32 i32 i32) (result i32) i32.const 0"
    ) =>
        $"""
            (module {import} {memory}
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
                (func (export "handle-message") {handle}))
            """;
}
